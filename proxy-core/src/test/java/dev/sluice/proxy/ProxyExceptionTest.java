package dev.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProxyExceptionTest {
    @Test
    void aRefusalIsADecisionAndHasNoStackTrace() {
        ProxyException refusal = ProxyException.refused(Outcome.REFUSED, 401, "who are you?", "no password");
        assertThat(refusal.getStackTrace()).isEmpty();
        assertThat(refusal).hasMessage("who are you?: no password");
    }

    @Test
    void aFailureHasOne() {
        assertThat(new ProxyException(Outcome.FAILED, Delivery.NOT_SENT, "broken").getStackTrace())
                .isNotEmpty();
    }
}
