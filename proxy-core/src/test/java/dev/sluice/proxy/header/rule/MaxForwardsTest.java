package dev.sluice.proxy.header.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaxForwardsTest {
    private static final MaxForwards NO_TRACE = new MaxForwards(false);
    private static final MaxForwards TRACE = new MaxForwards(true);

    @ParameterizedTest
    @CsvSource({
        "OPTIONS, 1, 0",
        "OPTIONS, 010, 9",
        "TRACE, 70, 69",
        "TRACE, 99999999999999999999, 2147483646",
        "OPTIONS, 0, 0"
    })
    void theCountGoesOnAsOneLess(String method, String received, String sent) throws ProxyException {
        Headers headers = Headers.of("max-forwards", received, "A", "1");

        assertThat(TRACE.apply(method, headers)).isEqualTo(Headers.of("Max-Forwards", sent, "A", "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "CONNECT", "trace", "options"})
    void forOtherMethodsTheFieldIsLeftAlone(String method) throws ProxyException {
        for (String value : new String[] {"0", "5", "x"}) {
            Headers headers = Headers.of("Max-Forwards", value);

            assertThat(NO_TRACE.apply(method, headers)).isSameAs(headers);
            assertThat(NO_TRACE.answer(request(method, headers))).isEmpty();
        }
    }

    @Test
    void withoutTheFieldTheRequestGoesOn() throws ProxyException {
        Headers headers = Headers.of("A", "1");

        assertThat(TRACE.answer(request("TRACE", headers))).isEmpty();
        assertThat(TRACE.answer(request("OPTIONS", headers))).isEmpty();
        assertThat(TRACE.apply("TRACE", headers)).isSameAs(headers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "1.5", "x", "1, 2", "0x1", "\u00b2"})
    void whatIsNoNumberIsRefused(String value) {
        Headers headers = Headers.of("Max-Forwards", value);

        assertBadRequest(headers);
    }

    @Test
    void moreThanOneIsRefused() {
        assertBadRequest(Headers.of("Max-Forwards", "1", "Max-Forwards", "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "5", "x"})
    void traceIsNotAllowedUnlessItIsLetThrough(String value) throws ProxyException {
        ProxyResponse response = NO_TRACE.answer(request("TRACE", Headers.of("Max-Forwards", value)))
                .orElseThrow();

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.headers().list("Allow")).contains("GET", "OPTIONS").doesNotContain("TRACE");
    }

    @Test
    void optionsAtZeroIsAnsweredHere() throws ProxyException {
        Headers zero = Headers.of("Max-Forwards", "0");

        ProxyResponse response = NO_TRACE.answer(request("OPTIONS", zero)).orElseThrow();

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body().length()).isZero();
        assertThat(response.headers().list("Allow")).contains("GET").doesNotContain("TRACE");
        assertThat(TRACE.answer(request("OPTIONS", zero))
                        .orElseThrow()
                        .headers()
                        .list("Allow"))
                .contains("GET", "TRACE");
        assertThat(NO_TRACE.answer(request("OPTIONS", Headers.of("Max-Forwards", "1"))))
                .isEmpty();
    }

    @Test
    void traceAtZeroGetsItsOwnRequestWithoutSecrets() throws IOException {
        Headers headers = Headers.of(
                "Max-Forwards", "0",
                "Via", "1.1 a",
                "Authorization", "Basic eA==",
                "proxy-authorization", "Basic eA==",
                "COOKIE", "a=b",
                "X-Api-Key", "k",
                "X-Auth-Request-User", "u",
                "X-Csrf-Token", "t",
                "Accept", "*/*");

        ProxyResponse response = TRACE.answer(request("TRACE", headers)).orElseThrow();

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers()).isEqualTo(Headers.of("Content-Type", "message/http"));
        assertThat(new String(response.body().readAll(1000), StandardCharsets.ISO_8859_1))
                .isEqualTo("TRACE /a?b HTTP/1.1\r\nHost: shop.example\r\nMax-Forwards: 0\r\nVia: 1.1 a\r\n"
                        + "Accept: */*\r\n\r\n");
    }

    private static void assertBadRequest(Headers headers) {
        for (String method : new String[] {"TRACE", "OPTIONS"}) {
            ProxyException answer =
                    catchThrowableOfType(ProxyException.class, () -> TRACE.answer(request(method, headers)));
            assertThat(answer.outcome()).isEqualTo(Outcome.BAD_REQUEST);
            ProxyException apply = catchThrowableOfType(ProxyException.class, () -> TRACE.apply(method, headers));
            assertThat(apply.status()).isEqualTo(400);
        }
    }

    private static ProxyRequest request(String method, Headers headers) {
        RequestTarget target = RequestTarget.of("http", Authority.parse("shop.example"), "/a?b");
        return ProxyRequest.builder(Exchange.builder(TimeSource.system()).begin(), method, target)
                .headers(headers)
                .build();
    }
}
