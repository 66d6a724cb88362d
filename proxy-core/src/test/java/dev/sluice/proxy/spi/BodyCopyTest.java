package dev.sluice.proxy.spi;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.time.TimeSource;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class BodyCopyTest {
    @Test
    void aFaultOfABodyIsAFailureWithItsCause() {
        RuntimeException fault = new IllegalStateException("a fault within a body");
        InputStream faulty = new InputStream() {
            @Override
            public int read() {
                throw fault;
            }
        };
        Exchange scope = Exchange.builder(TimeSource.system()).begin();
        assertThatExceptionOfType(ProxyException.class)
                .isThrownBy(() -> BodyCopy.copy(Body.of(faulty, Body.UNKNOWN), faulty, scope, new Nowhere()))
                .withCause(fault)
                .extracting(ProxyException::outcome)
                .isEqualTo(Outcome.FAILED);
        scope.close();
    }

    private static final class Nowhere implements BodyCopy.Output {
        @Override
        public void write(byte[] bytes, int length) {}

        @Override
        public void flush() {}
    }
}
