package dev.sluice.proxy.header.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.header.OriginMask;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginMaskTest {
    private static final OriginMapping PLAIN = mapping("shop.example", "", "");
    private static final OriginMapping MOVED = mapping("shop.example", "/app", "/v1/");

    @ParameterizedTest
    @CsvSource({
        "http://origin:8080, https://shop.example/",
        "http://origin:8080/, https://shop.example/",
        "http://origin:8080/a?b=c#d, https://shop.example/a?b=c#d",
        "HTTP://ORIGIN:8080/A, https://shop.example/A",
        "http://origin:8080?q, https://shop.example/?q",
        "http://origin:8080#f, https://shop.example/#f",
        "https://origin:8080/a, https://shop.example/a",
        "//origin:8080/a, //shop.example/a",
        "http://origin:8080//evil/, https://shop.example//evil/"
    })
    void aReferenceToTheUpstreamIsTurnedIntoTheClientsTerms(String received, String shown) {
        assertReference(OriginMask.DEFAULT, PLAIN, received, shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://other/a",
                "http://origin/a",
                "http://origin:8081/a",
                "http://origin.evil:8080/a",
                "http://user@origin:8080/a",
                "http://origin:8080@evil/a",
                "http://origin:x/",
                "//other/a",
                "https://shop.example/app/a",
                "/a",
                "/v1/a",
                "a",
                "../v1/a",
                "?q",
                "#f",
                "",
                "ftp://origin:8080/a",
                "http:/origin:8080/a",
                "mailto:a@origin",
                "http://other/?http://origin:8080/"
            })
    void relativeAndForeignAndUnreadableReferencesStay(String reference) {
        assertReference(OriginMask.DEFAULT, MOVED, reference, reference);
    }

    @ParameterizedTest
    @CsvSource({
        "http://origin:8080/v1, https://shop.example/app",
        "http://origin:8080/v1/, https://shop.example/app/",
        "http://origin:8080/v1/a?b, https://shop.example/app/a?b",
        "http://origin:8080/v1?b, https://shop.example/app?b",
        "http://origin:8080/v12/a, https://shop.example/v12/a",
        "http://origin:8080/, https://shop.example/"
    })
    void thePathsPrefixIsMappedBack(String received, String shown) {
        assertReference(OriginMask.DEFAULT, MOVED, received, shown);
    }

    @ParameterizedTest
    @CsvSource({
        "/app, '', http://origin:8080, https://shop.example/app/",
        "/app, '', http://origin:8080/app/a, https://shop.example/app/app/a",
        "'', /v1, http://origin:8080/v1, https://shop.example/",
        "'', /v1, http://origin:8080/v1/a, https://shop.example/a"
    })
    void eitherPrefixMayBeEmpty(String publicPrefix, String originPrefix, String received, String shown) {
        assertReference(OriginMask.DEFAULT, mapping("shop.example", publicPrefix, originPrefix), received, shown);
    }

    @Test
    void aDefaultPortIsTheSameAsNone() {
        OriginMapping mapping = new OriginMapping(
                "http", Authority.parse("shop.example:81"), "", "https", Authority.parse("origin"), "");

        assertReference(OriginMask.DEFAULT, mapping, "https://origin:443/a", "http://shop.example:81/a");
        assertReference(OriginMask.DEFAULT, mapping, "//origin/a", "//shop.example:81/a");
        assertReference(OriginMask.DEFAULT, mapping, "http://origin/a", "http://origin/a");
    }

    @Test
    void anAliasCountsAsTheUpstream() {
        OriginMask mask = OriginMask.DEFAULT.withAliases("app.internal:9000", "legacy");

        assertReference(mask, PLAIN, "http://app.internal:9000/a", "https://shop.example/a");
        assertReference(mask, PLAIN, "http://LEGACY/a", "https://shop.example/a");
        assertReference(mask, PLAIN, "https://legacy:443/a", "https://shop.example/a");
        assertReference(mask, PLAIN, "http://origin:8080/a", "https://shop.example/a");
        assertReference(mask, PLAIN, "http://app.internal/a", "http://app.internal/a");
        assertThatThrownBy(() -> OriginMask.DEFAULT.withAliases("a b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a b");
    }

    @Test
    void anUpstreamThatIsNotOnTheNetworkHasOnlyItsAliases() {
        OriginMapping mapping = new OriginMapping("https", Authority.parse("shop.example"), "", "http", null, "");

        assertReference(OriginMask.DEFAULT, mapping, "http://origin:8080/a", "http://origin:8080/a");
        assertReference(
                OriginMask.DEFAULT.withAliases("origin:8080"),
                mapping,
                "http://origin:8080/a",
                "https://shop.example/a");
    }

    @ParameterizedTest
    @CsvSource({
        "http://origin:8080/a, /a",
        "http://origin:8080, /",
        "//origin:8080/a, /a",
        "http://origin:8080//evil/a, /.//evil/a",
        "http://origin:8080/\\evil, /./\\evil"
    })
    void aClientThatNamedNoHostGetsAPathThatIsNeverAHost(String received, String shown) {
        OriginMapping mapping = new OriginMapping("http", null, "", "http", Authority.parse("origin:8080"), "");

        assertReference(OriginMask.DEFAULT, mapping, received, shown);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/login?a, /app/login?a",
        "/other, /other",
        "/v1, /app",
        "http://origin:8080/v1/a, https://shop.example/app/a",
        "login, login",
        "//other/v1/a, //other/v1/a"
    })
    void anAbsolutePathIsMappedWhenAskedFor(String received, String shown) {
        assertReference(OriginMask.DEFAULT.withMapAbsolutePaths(true), MOVED, received, shown);
    }

    @Test
    void aMappedPathNeverTurnsIntoAHost() {
        OriginMask mask = OriginMask.DEFAULT.withMapAbsolutePaths(true);

        assertReference(mask, mapping("shop.example", "", "/v1"), "/v1//evil/a", "/.//evil/a");
        assertReference(mask, mapping("shop.example", "", "/v1"), "/v1/\\evil/a", "/./\\evil/a");
    }

    @Test
    void refreshIsMappedToo() {
        Headers received = Headers.of("Refresh", "5; url=http://origin:8080/v1/a");

        assertThat(new MaskedHead(OriginMask.DEFAULT, () -> MOVED).apply(received))
                .isEqualTo(Headers.of("Refresh", "5; url=https://shop.example/app/a"));
    }

    @Test
    void theNamesOfTheOriginsSoftwareAreRemoved() {
        Headers received = Headers.of("A", "1", "Server", "nginx", "x-powered-by", "PHP", "B", "2", "server", "");

        assertThat(new MaskedHead(OriginMask.DEFAULT, () -> PLAIN).apply(received))
                .isEqualTo(Headers.of("A", "1", "B", "2"));
    }

    @Nested
    class Cookies {
        @Test
        void eachKeepsItsLineAndItsPlace() {
            Headers received = Headers.of("Set-Cookie", "a=1; Path=/v1", "A", "1", "set-cookie", "b=2; Domain=origin");

            assertThat(new MaskedHead(OriginMask.DEFAULT, () -> MOVED).apply(received))
                    .isEqualTo(
                            Headers.of("Set-Cookie", "a=1; Path=/app; Secure", "A", "1", "set-cookie", "b=2; Secure"));
        }

        @Test
        void theHostOfAnAliasIsMaskedToo() {
            Headers received = Headers.of("Set-Cookie", "a=1; Domain=Legacy; Secure");

            assertThat(new MaskedHead(OriginMask.DEFAULT.withAliases("legacy:9000"), () -> PLAIN).apply(received))
                    .isEqualTo(Headers.of("Set-Cookie", "a=1; Secure"));
        }
    }

    @Test
    void unchangedFieldsAreNotCopied() {
        Headers clean = Headers.of(
                "Location",
                "/a",
                "Content-Type",
                "a/b",
                "Set-Cookie",
                "a=1; Secure",
                "Refresh",
                "5",
                "Link",
                "<http://origin:8080/>");

        assertThat(new MaskedHead(OriginMask.DEFAULT, () -> PLAIN).apply(clean)).isSameAs(clean);
    }

    @Test
    void offChangesNothing() {
        Headers headers = Headers.of("Server", "x", "Location", "http://origin:8080/", "Set-Cookie", "a=b");

        assertThat(new MaskedHead(OriginMask.OFF, () -> MOVED).apply(headers)).isSameAs(headers);
        assertThat(new MaskedHead(OriginMask.OFF.withMapAbsolutePaths(true), () -> MOVED).apply(headers))
                .isSameAs(headers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"app", "app/", "x"})
    void aPrefixWithoutASlashIsRefused(String prefix) {
        assertThatThrownBy(() -> mapping("a", prefix, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("publicPrefix")
                .hasMessageContaining(prefix);
        assertThatThrownBy(() -> mapping("a", "", prefix)).hasMessageContaining("originPrefix");
    }

    @Test
    void whateverTheOriginSaysTheRestOfTheFieldsStays() {
        Random random = new Random(11);
        String alphabet = "htp:/origin8080.;=,\"'?#@[]\\% v1urlPathDomainSecure";
        for (int run = 0; run < 20_000; run++) {
            StringBuilder noise = new StringBuilder(random.nextBoolean() ? "http://origin:8080" : "a=1;");
            for (int i = random.nextInt(20); i > 0; i--) {
                noise.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Headers received = Headers.of(
                    "A",
                    "1",
                    "Location",
                    noise.toString(),
                    "Refresh",
                    noise.toString(),
                    "Set-Cookie",
                    noise.toString());

            Headers shown = new MaskedHead(OriginMask.DEFAULT.withMapAbsolutePaths(true), () -> MOVED).apply(received);

            assertThat(shown.size()).isEqualTo(4);
            assertThat(shown.value(0)).isEqualTo("1");
        }
    }

    private static void assertReference(OriginMask mask, OriginMapping mapping, String received, String shown) {
        for (String name : new String[] {"Location", "content-location"}) {
            assertThat(new MaskedHead(mask, () -> mapping).apply(Headers.of(name, received)))
                    .isEqualTo(Headers.of(name, shown));
        }
    }

    private static OriginMapping mapping(String host, String publicPrefix, String originPrefix) {
        return new OriginMapping(
                "https", Authority.parse(host), publicPrefix, "http", Authority.parse("origin:8080"), originPrefix);
    }
}
