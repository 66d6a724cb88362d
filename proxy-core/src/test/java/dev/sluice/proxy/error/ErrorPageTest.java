package dev.sluice.proxy.error;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.testing.TestExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorPageTest {
    private static final ProxyException INTERNAL = new ProxyException(
            Outcome.CONNECT_FAILED, Delivery.NOT_SENT, "10.1.2.3:9000 refused", new IllegalStateException("secret"));

    private static ProxyRequest accepting(String accept) {
        return TestExchange.request("GET", "/").toBuilder()
                .headers(Headers.of("Accept", accept))
                .build();
    }

    private static String text(ProxyResponse response) throws Exception {
        return new String(response.body().readAll(4096), UTF_8);
    }

    @Test
    void thePageIsShortPlainTextWithNothingInternal() throws Exception {
        ProxyResponse page = ErrorHandler.standardPage(accepting("text/html, */*"), INTERNAL);

        assertThat(page.status()).isEqualTo(502);
        assertThat(page.headers().first("Content-Type")).contains("text/plain; charset=utf-8");
        assertThat(text(page)).isEqualTo("502 Bad Gateway\n");
    }

    @Test
    void aRefusalSaysWhatWasWrong() throws Exception {
        ProxyException why = ProxyException.refused(Outcome.BAD_REQUEST, "no \"Host\"");

        assertThat(text(ErrorHandler.standardPage(null, why))).isEqualTo("400 Bad Request: no \"Host\"\n");
        assertThat(text(ErrorHandler.standardPage(accepting("application/json"), why)))
                .isEqualTo("{\"status\":400,\"title\":\"Bad Request\",\"detail\":\"no \\\"Host\\\"\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/problem+json", "text/html, Application/JSON;q=0.5", "application/json; q=0.001, */*"
            })
    void aClientThatAcceptsItGetsProblemJson(String accept) throws Exception {
        ProxyResponse page = ErrorHandler.standardPage(accepting(accept), INTERNAL);

        assertThat(page.headers().first("Content-Type")).contains("application/problem+json");
        assertThat(text(page)).isEqualTo("{\"status\":502,\"title\":\"Bad Gateway\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"*/*", "application/*", "application/json;q=0", "application/problem+json; q=0.00", "text/json"})
    void anyOtherClientGetsText(String accept) {
        ProxyResponse page = ErrorHandler.standardPage(accepting(accept), INTERNAL);

        assertThat(page.headers().first("Content-Type")).contains("text/plain; charset=utf-8");
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void everyFailureHasAPageOfItsStatusThatIsNotStored(Outcome outcome) {
        if (outcome == Outcome.COMPLETED) {
            return;
        }
        ProxyResponse page = ErrorHandler.standardPage(null, new ProxyException(outcome, Delivery.NOT_SENT, "x"));

        assertThat(page.status()).isEqualTo(outcome.status());
        assertThat(page.headers().first("Cache-Control")).contains("no-store");
        assertThat(page.headers().has("Retry-After"))
                .isEqualTo(outcome == Outcome.OVERLOADED || outcome == Outcome.NO_UPSTREAM);
    }
}
