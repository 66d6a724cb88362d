package dev.sluice.proxy.attempt;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Things that take time on the exchange's clock. */
final class Slow {
    private Slow() {}

    /** Lets the time pass. Fails as soon as the scope is cancelled. */
    static void pass(Exchange scope, Duration duration) throws ProxyException, InterruptedException {
        Signal cancelled = new Signal();
        scope.onCancel(reason -> cancelled.fire());
        scope.time().await(cancelled, scope.time().deadline(duration));
        scope.check();
    }

    /** Lets the time pass whatever happens to the scope. */
    static void passUnmoved(TimeSource time, Duration duration) throws InterruptedException {
        time.await(new Signal(), time.deadline(duration));
    }

    /** Answers 200 with a text, after a while. */
    static ProxyHandler head(Duration duration, String text) {
        return request -> {
            pass(request.exchange(), duration);
            return ProxyResponse.of(200, text);
        };
    }

    /** Answers at once, with a body of two bytes that each take time. */
    static ProxyHandler body(Duration each, long length) {
        return request -> ProxyResponse.builder(200)
                .body(Body.of(new TwoBytes(request.exchange(), each), length))
                .build();
    }

    private static final class TwoBytes extends InputStream {
        private final Exchange scope;
        private final Duration each;
        private int left = 2;

        private TwoBytes(Exchange scope, Duration each) {
            this.scope = scope;
            this.each = each;
        }

        @Override
        public int read() {
            throw new AssertionError();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left-- == 0) {
                return -1;
            }
            try {
                pass(scope, each);
            } catch (InterruptedException interrupt) {
                throw new IOException(interrupt);
            }
            target[offset] = 'x';
            return 1;
        }
    }
}
