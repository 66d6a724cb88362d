package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What servers of these tests answer, and which requests they have got. */
final class Http2Handlers {
    /** What {@link #waits} waits for. */
    final CountDownLatch release = new CountDownLatch(1);

    final BlockingQueue<ProxyRequest> requests = new LinkedBlockingQueue<>();

    ProxyResponse hello(ProxyRequest request) {
        requests.add(request);
        return ProxyResponse.of(200, "hello");
    }

    ProxyResponse waits(ProxyRequest request) throws InterruptedException {
        requests.add(request);
        release.await();
        return ProxyResponse.of(200, "waited");
    }

    /** The body and its trailers, as it comes. */
    ProxyResponse echo(ProxyRequest request) throws IOException {
        requests.add(request);
        Body body = request.body();
        return ProxyResponse.builder(200)
                .body(Body.of(body.open(), Body.UNKNOWN, body::trailers))
                .build();
    }

    /** A body of this length. */
    static ProxyResponse large(int bytes) {
        return ProxyResponse.builder(200).body(Body.of("x".repeat(bytes))).build();
    }

    /** The next request that a handler has got. */
    ProxyRequest served() throws InterruptedException {
        ProxyRequest next = requests.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }
}
