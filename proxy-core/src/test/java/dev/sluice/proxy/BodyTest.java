package dev.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.ManualTime;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BodyTest {
    private final AtomicInteger closed = new AtomicInteger();

    private Body stream(String text) {
        InputStream stream = new ByteArrayInputStream(text.getBytes(UTF_8)) {
            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        return Body.of(stream, Body.UNKNOWN);
    }

    @Test
    void bytesCanBeReadAgain() throws Exception {
        Body body = Body.of("äb");

        assertThat(body.length()).isEqualTo(3);
        assertThat(body.repeatable()).isTrue();
        assertThat(body.open().readAllBytes()).isEqualTo(body.open().readAllBytes());
    }

    @Test
    void aStreamIsOpenedOnce() {
        Body body = stream("x");
        body.open();

        assertThatThrownBy(body::open).isInstanceOf(IllegalStateException.class).hasMessageContaining("opened");
        Body other = stream("x");
        other.close();
        assertThatThrownBy(other::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void closingTwiceClosesTheStreamOnce() {
        Body body = stream("x");
        body.close();
        body.close();

        assertThat(closed).hasValue(1);
    }

    @Test
    void aChangedBodyClosesTheOneThatItWraps() throws Exception {
        Body changed = stream("abc")
                .map(
                        in -> new FilterInputStream(in) {
                            @Override
                            public int read(byte[] b, int off, int len) throws java.io.IOException {
                                int n = super.read(b, off, len);
                                for (int i = off; i < off + n; i++) {
                                    b[i] = (byte) Character.toUpperCase(b[i]);
                                }
                                return n;
                            }
                        },
                        3);

        assertThat(changed.length()).isEqualTo(3);
        assertThat(new String(changed.readAll(10), UTF_8)).isEqualTo("ABC");
        assertThat(closed.get()).isPositive();
    }

    @Test
    void aChangedBodyThatWasNeverOpenedClosesTheOneThatItWraps() {
        stream("abc").map(in -> in, 3).close();

        assertThat(closed).hasValue(1);
    }

    @Test
    void readingAllStopsAtTheLimit() {
        assertThatThrownBy(() -> stream("abcd").readAll(3))
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.outcome()).isEqualTo(Outcome.LIMIT_EXCEEDED));
        assertThat(closed).hasValue(1);
    }

    @Test
    void aTooLongResponseIsNotBlamedOnTheClient() {
        ProxyResponse response = ProxyResponse.builder(200).body(stream("abcd")).build();
        Exchange exchange = Exchange.builder(new ManualTime()).begin();
        ProxyRequest request = ProxyRequest.builder(exchange, "POST", RequestTarget.of("http", null, "/"))
                .body(stream("abcd"))
                .build();

        assertTooLong(response.body(), 502);
        assertTooLong(ProxyResponse.builder(200).body(Body.of("abcd")).build().body(), 502);
        assertTooLong(
                ProxyResponse.builder(200).body(stream("abcd")).build().body().map(in -> in, Body.UNKNOWN), 502);
        assertTooLong(request.body(), 413);
        assertTooLong(Body.of("abcd"), 413);
    }

    private static void assertTooLong(Body body, int status) {
        assertThatThrownBy(() -> body.readAll(3))
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.status()).isEqualTo(status));
    }

    @Test
    void aLengthBelowUnknownIsRefused() {
        assertThatThrownBy(() -> Body.of(InputStream.nullInputStream(), -2)).hasMessageContaining("-2");
    }
}
