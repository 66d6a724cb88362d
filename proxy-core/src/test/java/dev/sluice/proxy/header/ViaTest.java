package dev.sluice.proxy.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViaTest {
    private final Via via = Via.of("edge");

    @ParameterizedTest
    @CsvSource({"HTTP_1_0, 1.0 edge", "HTTP_1_1, 1.1 edge", "HTTP_2, 2.0 edge"})
    void theEntryHasTheVersionOfTheMessageReceived(HttpVersion version, String entry) throws ProxyException {
        Headers headers = Headers.of("Accept", "*/*");

        assertThat(via.request(headers, version)).isEqualTo(Headers.of("Accept", "*/*", "Via", entry));
        assertThat(via.response(headers, version)).isEqualTo(Headers.of("Accept", "*/*", "Via", entry));
    }

    @Test
    void theEntryIsTheLastOfOneLine() throws ProxyException {
        Headers headers = Headers.of("Via", "1.0 fred", "A", "1", "via", "1.1 p.example (Apache/1.1, \"x\")");
        Headers expected = Headers.of("Via", "1.0 fred, 1.1 p.example (Apache/1.1, \"x\"), 1.1 edge", "A", "1");

        assertThat(via.request(headers, HttpVersion.HTTP_1_1)).isEqualTo(expected);
        assertThat(via.response(headers, HttpVersion.HTTP_1_1)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1 edge",
                "1.0 EDGE",
                "HTTP/1.1 edge",
                "1.1 other, 1.1 edge, 1.1 third",
                "1.1 edge (comment)",
                "1.1 edge(comment)",
                "1.1\tedge",
                "1.1   edge",
                "1.1 a (b, c), 1.1 edge",
                "1.1 a (b (c), d), 1.1 edge",
                "1.1 a (\\)), 1.1 edge",
                "1.1 a (never closed, 1.1 edge",
                "1.1 a (never \\",
                ", ,1.1 edge"
            })
    void anEntryOfOursIsALoop(String received) {
        String line = received.matches("(?i).*edge.*") ? received : received + ", 1.1 edge";

        ProxyException fault = catchThrowableOfType(
                ProxyException.class,
                () -> via.request(Headers.of("Via", "1.1 first", "Via", line), HttpVersion.HTTP_1_1));

        assertThat(fault.outcome()).isEqualTo(Outcome.LOOP);
        assertThat(fault.status()).isEqualTo(508);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1 edge2",
                "1.1 edge:80",
                "1.1 a (1.1 edge)",
                "1.1 a (x, 1.1 edge)",
                "1.1 a (x (y), 1.1 edge)",
                "1.1 a (\\), 1.1 edge)",
                "1.1 a (x, 1.1 edge , y)",
                "1.1 a (\\), 1.1 edge , y)",
                "edge 1.1",
                "1.1",
                "",
                "edge"
            })
    void whatOnlyLooksLikeOursIsNone(String line) {
        assertThatCode(() -> via.request(Headers.of("Via", line), HttpVersion.HTTP_1_1))
                .doesNotThrowAnyException();
    }

    @Test
    void ourEntryIsRecognisedAfterMalformedEntries() throws ProxyException {
        for (String begun : List.of("1.1 x (", "(", "\"", "1.1 x (a\\", "1.1 x (), (", ")")) {
            Headers once = via.request(Headers.of("Via", begun), HttpVersion.HTTP_1_1);

            assertThatThrownBy(() -> via.request(once, HttpVersion.HTTP_1_1)).isInstanceOf(ProxyException.class);
        }
    }

    @Test
    void aResponseCannotLoop() {
        assertThat(via.response(Headers.of("Via", "1.1 edge"), HttpVersion.HTTP_1_1))
                .isEqualTo(Headers.of("Via", "1.1 edge, 1.1 edge"));
    }

    @Test
    void offAddsNothingAndDetectsNothing() throws ProxyException {
        Headers headers = Headers.of("Via", "1.1 edge (details)");

        assertThat(Via.OFF.request(headers, HttpVersion.HTTP_1_1)).isSameAs(headers);
        assertThat(Via.OFF.response(headers, HttpVersion.HTTP_1_1)).isSameAs(headers);
        assertThat(Via.OFF.pseudonym()).isNull();
    }

    @Test
    void aNeutralNameHidesTheOthersAndDetectsNoLoop() throws ProxyException {
        Headers headers = Headers.of("Via", "1.0 proxy, HTTP/1.1 db-7.internal:80 (secret, really)", "Via", "1.1 x (");
        Headers expected = Headers.of("Via", "1.0 proxy, HTTP/1.1 proxy, 1.1 proxy, 1.1 proxy");

        assertThat(Via.neutral("proxy").request(headers, HttpVersion.HTTP_1_1)).isEqualTo(expected);
        assertThat(Via.neutral("proxy").response(headers, HttpVersion.HTTP_1_1)).isEqualTo(expected);
    }

    @Test
    void aNeutralNameDropsInvalidEntries() throws ProxyException {
        Headers headers = Headers.of("Via", "(secret) x, /secret y, a/b/secret z");

        assertThat(Via.neutral("proxy").request(headers, HttpVersion.HTTP_1_1))
                .isEqualTo(Headers.of("Via", "1.1 proxy"));
    }

    @Test
    void theUniqueNameComesFromTheRandomNumbersAlone() {
        assertThat(Via.unique(new Random(1)).pseudonym())
                .matches("sluice-[0-9a-f]{16}")
                .isEqualTo(Via.unique(new Random(1)).pseudonym())
                .isNotEqualTo(Via.unique(new Random(2)).pseudonym());
    }

    @ParameterizedTest
    @ValueSource(strings = {"edge", "edge.example:8080", "[::1]:80"})
    void aNameIsATokenOrAnAuthority(String pseudonym) throws ProxyException {
        Headers once = Via.of(pseudonym).request(Headers.empty(), HttpVersion.HTTP_1_1);

        assertThat(once).isEqualTo(Headers.of("Via", "1.1 " + pseudonym));
        assertThatThrownBy(() -> Via.of(pseudonym).request(once, HttpVersion.HTTP_1_1))
                .isInstanceOf(ProxyException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a,b", "a(b)", "a:b", "caf\u00e9"})
    void anyOtherNameIsRefused(String pseudonym) {
        assertThatThrownBy(() -> Via.of(pseudonym))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pseudonym must be")
                .hasMessageContaining('"' + pseudonym + '"');
        assertThatThrownBy(() -> Via.neutral(pseudonym)).isInstanceOf(IllegalArgumentException.class);
    }
}
