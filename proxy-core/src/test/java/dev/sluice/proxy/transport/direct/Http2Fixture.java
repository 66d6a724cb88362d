package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.Opened;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.time.Awaited;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A server of HTTP/2 by prior knowledge with a manual clock, and clients of it that may send anything. */
final class Http2Fixture {
    static final int HUGE = 20_000_000;

    final ManualTime time = new ManualTime();
    final Http2Handlers handlers = new Http2Handlers();
    final CountDownLatch release = handlers.release;
    final BlockingQueue<ProxyRequest> requests = handlers.requests;
    /** What the readers of bodies have got: the body, or the failure. */
    final BlockingQueue<String> bodies = new LinkedBlockingQueue<>();

    /** How many messages /drops may send. */
    final Semaphore drops = new Semaphore(0);

    final RecordingListener records = new RecordingListener();
    private final Opened open = new Opened();
    private final ProxyServer server;

    Http2Fixture() throws IOException {
        this(Http2.builder());
    }

    Http2Fixture(Http2.Builder options) throws IOException {
        server = ProxyServer.builder()
                .transport(DirectTransport.builder()
                        .http2(options.priorKnowledge(true).build())
                        .build())
                .time(time)
                .limits(Limits.builder().clientShare(1).build())
                .addListener(records)
                .addRoute("/wait", this::waits)
                .addRoute("/read", this::reads)
                .addRoute("/large", request -> Http2Handlers.large(200_000))
                .addRoute("/huge", request -> Http2Handlers.large(HUGE))
                .addRoute(
                        "/drops",
                        request -> ProxyResponse.builder(200)
                                .body(Body.of(new Drops(), Body.UNKNOWN))
                                .build())
                .addRoute(
                        "/fields",
                        request -> ProxyResponse.builder(204)
                                .header("etag", "e".repeat(4_000))
                                .build())
                .addRoute("/early", request -> ProxyResponse.of(200, "early"))
                .addRoute("/**", handlers::hello)
                .build()
                .start();
    }

    /** Small messages, each by itself. */
    private final class Drops extends InputStream {
        @Override
        public int read() throws IOException {
            try {
                return drops.tryAcquire(20, TimeUnit.SECONDS) && release.getCount() > 0 ? 'x' : -1;
            } catch (InterruptedException interrupt) {
                throw new IOException(interrupt);
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int next = read();
            if (next >= 0) {
                target[offset] = (byte) next;
            }
            return next < 0 ? -1 : 1;
        }
    }

    Http2Client client() throws Exception {
        Http2Client client = opened(Http2Client.connect(server.address()));
        // From here on it sends nothing by itself that could come between what a test sends.
        client.await("SETTINGS");
        return client;
    }

    <T extends AutoCloseable> T opened(T client) {
        return open.add(client);
    }

    ProxyServer server() {
        return server;
    }

    /** Waits until it is released, or cancelled. */
    private ProxyResponse waits(ProxyRequest request) throws InterruptedException {
        request.exchange().onCancel(why -> bodies.add("cancelled: " + why));
        return handlers.waits(request);
    }

    private ProxyResponse reads(ProxyRequest request) throws IOException {
        requests.add(request);
        try (InputStream body = request.body().open()) {
            String text = new String(body.readAllBytes(), StandardCharsets.ISO_8859_1)
                    + request.body().trailers();
            bodies.add(text);
            return ProxyResponse.of(200, text);
        } catch (IOException failed) {
            bodies.add("failed");
            throw failed;
        }
    }

    /** What the next reader of a body has got. */
    String body() throws InterruptedException {
        String next = bodies.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    /** A request that is at work: a handler waits, whose client may leave. */
    ProxyRequest begun(Http2Client client, int stream) throws Exception {
        client.headers(stream, false, Http2Client.request("POST", "/wait"));
        return handlers.served();
    }

    /** Waits until the server has reset a stream whose request has not ended behind its response; returns the code. */
    String givenUp(Http2Client client, int stream) throws Exception {
        Awaited.passing(
                time,
                Duration.ofMillis(100),
                () -> client.others().stream()
                        .anyMatch(each -> each.kind().equals("RST_STREAM") && each.stream() == stream));
        return client.await("RST_STREAM", stream).text();
    }

    static void awaitLeft(ProxyRequest request) {
        Awaited.isTrue(() -> request.exchange().cancelled() == Outcome.CLIENT_LEFT);
    }

    /** The connection ends, and says why. */
    static Event requireConnectionError(Http2Client client, ErrorCode code) throws InterruptedException {
        Event goAway = client.await("GOAWAY");
        assertThat(goAway.text()).startsWith(code + " ");
        assertThat(client.await("END").text()).as("an end in order").isEmpty();
        return goAway;
    }

    /** The stream ends, says why, and the connection serves the next one. */
    static void requireStreamError(Http2Client client, int stream, ErrorCode code) throws Exception {
        assertThat(client.await("RST_STREAM", stream).text()).isEqualTo(code.toString());
        requireServes(client, 1001);
    }

    static void requireServes(Http2Client client, int stream) throws Exception {
        client.get(stream, "/");
        assertThat(client.head(stream)).startsWith(":status: 200\n");
        assertThat(client.body(stream)).isEqualTo("hello");
    }

    void close() throws Exception {
        release.countDown();
        drops.release();
        open.close();
        server.close();
    }
}
