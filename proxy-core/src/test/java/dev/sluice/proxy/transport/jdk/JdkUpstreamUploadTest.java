package dev.sluice.proxy.transport.jdk;

import static dev.sluice.proxy.transport.jdk.JdkUpstreamFixture.EMPTY_OK;
import static dev.sluice.proxy.transport.jdk.JdkUpstreamFixture.beside;
import static dev.sluice.proxy.transport.jdk.JdkUpstreamFixture.stream;
import static dev.sluice.proxy.transport.jdk.JdkUpstreamFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdkUpstreamUploadTest {
    @Test
    void eachByteGoesOutAsItComes() throws Exception {
        PipedOutputStream client = new PipedOutputStream();
        CompletableFuture<String> first = new CompletableFuture<>();
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> {
            connection.readHead();
            first.complete(connection.readExactly("1\r\na\r\n".length()));
            connection.readExactly("1\r\nb\r\n0\r\n\r\n".length());
            connection.write(EMPTY_OK);
        })) {
            Body body = stream(new PipedInputStream(client));
            CompletableFuture<ProxyResponse> response =
                    beside(() -> fixture.send(fixture.request("POST", "/").body(body)));
            client.write('a');
            client.flush();
            assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("1\r\na\r\n");
            client.write('b');
            client.close();

            assertThat(response.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
    }

    @Test
    void aLongBodyArrivesByteForByte() throws Exception {
        byte[] bytes = new byte[3_000_001];
        new Random(1).nextBytes(bytes);
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> {
            connection.readHead();
            String got = connection.readExactly(bytes.length);
            boolean same = got.equals(new String(bytes, StandardCharsets.ISO_8859_1));
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + (same ? 'y' : 'n'));
        })) {
            Body body = Body.of(new ByteArrayInputStream(bytes), bytes.length);

            assertThat(text(fixture.send(fixture.request("PUT", "/").body(body))))
                    .isEqualTo("y");
        }
    }

    @Test
    void anOriginThatTakesNothingHoldsTheClientBack() throws Exception {
        AtomicLong read = new AtomicLong();
        CompletableFuture<Void> go = new CompletableFuture<>();
        long total = 64L << 20;
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> {
            connection.readHead();
            go.get(10, TimeUnit.SECONDS);
        })) {
            Body body = Body.of(zeros(total, read), total);
            CompletableFuture<ProxyException> failure =
                    beside(() -> fixture.failureOf(fixture.request("POST", "/").body(body)));
            fixture.origin().awaitRequests(1);
            go.complete(null);

            assertThat(failure.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.SEND_FAILED);
            assertThat(failure.join().delivery()).isEqualTo(Delivery.SENT_UNKNOWN);
        }
        assertThat(read.get()).isLessThan(total);
    }

    @Test
    void nothingIsReadFromTheClientBeforeThereIsAConnection() throws Exception {
        AtomicLong read = new AtomicLong();
        int port;
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.answering(EMPTY_OK)) {
            port = fixture.upstream().authority().port();
        }
        try (JdkTransport transport = JdkTransport.builder().build();
                JdkUpstreamFixture fixture = JdkUpstreamFixture.answering(EMPTY_OK)) {
            dev.sluice.proxy.Upstream gone = transport.upstream("gone", URI.create("http://127.0.0.1:" + port));
            ProxyException failure = org.assertj.core.api.Assertions.catchThrowableOfType(
                    ProxyException.class,
                    () -> gone.send(fixture.request("POST", "/")
                            .target(dev.sluice.proxy.RequestTarget.of("http", gone.authority(), "/"))
                            .body(Body.of(zeros(10, read), 10))
                            .build()));

            assertThat(failure.outcome()).isEqualTo(Outcome.CONNECT_FAILED);
            assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
            assertThat(read).hasValue(0);
        }
    }

    @Test
    void aClientThatFailsIsNotTheUpstreamsFault() throws Exception {
        ProxyException left = new ProxyException(Outcome.CLIENT_BODY_TIMEOUT, Delivery.SENT_UNKNOWN, "too slow");

        assertThat(failureAfter("ab", left)).isSameAs(left);
    }

    @Test
    void aBodyThatCannotBeReadFailsTheClientsSide() throws Exception {
        ProxyException failure = failureAfter("ab", new IOException("reset by peer"));

        assertThat(failure.outcome()).isEqualTo(Outcome.CLIENT_BODY_FAILED);
        assertThat(failure.delivery()).isEqualTo(Delivery.SENT_UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({"5, 3", "5, 9", "5, 0"})
    void aBodyOfAnotherLengthThanDeclaredIsRefused(long declared, int real) throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> {
            connection.readHead();
            connection.readAll();
        })) {
            Body body = Body.of(new ByteArrayInputStream(new byte[real]), declared);
            ProxyException failure =
                    fixture.failureOf(fixture.request("POST", "/").body(body));

            assertThat(failure.outcome()).isEqualTo(Outcome.CLIENT_BODY_FAILED);
        }
    }

    @Test
    void theOriginSeesThatAFailedUploadIsNotWhole() throws Exception {
        CompletableFuture<String> got = new CompletableFuture<>();
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> {
            connection.readHead();
            String bytes = "";
            try {
                bytes = connection.readAll();
            } catch (IOException reset) {
                bytes = "reset";
            }
            got.complete(bytes);
        })) {
            fixture.failureOf(fixture.request("POST", "/").body(stream(failing("ab", new IOException("gone")))));

            assertThat(got.get(10, TimeUnit.SECONDS)).doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void aBodyIsNeverSentASecondTime() throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> {
            connection.readHead();
            connection.readExactly(2);
        })) {
            // The client repeats a GET whose connection ends before the response, and would send it with an empty body.
            ProxyException failure = fixture.failureOf(
                    fixture.request("GET", "/").body(Body.of(new ByteArrayInputStream(new byte[2]), 2)));

            assertThat(failure.outcome()).isIn(Outcome.HEAD_FAILED, Outcome.SEND_FAILED);
            assertThat(failure.delivery()).isEqualTo(Delivery.SENT_UNKNOWN);
            assertThat(failure).hasMessageContaining("cannot be sent a second time");
        }
    }

    @Test
    void aSecondSubscriptionFails() {
        JdkUpstreamPublisher publisher = new JdkUpstreamPublisher(Body.of("x"), TimeSource.system());
        Recorder first = new Recorder();
        Recorder second = new Recorder();
        publisher.subscribe(first);
        publisher.subscribe(second);

        assertThat(second.done).isCompletedExceptionally();
        assertThat(second.items).isEmpty();
        first.subscription.request(2);
        assertThat(first.done).succeedsWithin(Duration.ofSeconds(10));
        assertThat(first.items).containsExactly("x");
    }

    @Test
    void onlyRequestedBytesArePassedOn() throws Exception {
        AtomicLong read = new AtomicLong();
        JdkUpstreamPublisher publisher = new JdkUpstreamPublisher(stream(zeros(1 << 20, read)), TimeSource.system());
        Recorder recorder = new Recorder();
        publisher.subscribe(recorder);
        for (int i = 1; i <= 3; i++) {
            recorder.subscription.request(1);
            recorder.awaitItems(i);
        }
        publisher.stop();

        assertThat(recorder.items).hasSize(3);
        assertThat(read.get()).isLessThanOrEqualTo(3 * 16 * 1024);
    }

    /**
     * The client reads a head only after the whole body. But it watches the connection, so it need not send all of the
     * body.
     */
    @Test
    void anEarlyAnswerBeforeTheBodyIsOutEndsTheAttempt() throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            connection.shutdownOutput();
            connection.readExactly(1 << 20);
        })) {
            long total = 64L << 20;
            AtomicLong read = new AtomicLong();
            Integer status = null;
            ProxyException failure = null;
            try (ProxyResponse response =
                    fixture.send(fixture.request("POST", "/").body(Body.of(zeros(total, read), total)))) {
                status = response.status();
            } catch (ProxyException why) {
                failure = why;
            }

            assertThat(status != null ? "answered " + status : String.valueOf(failure.outcome()))
                    .isIn("answered 413", "SEND_FAILED");
            assertThat(read.get()).isLessThan(total);
        }
    }

    private static ProxyException failureAfter(String sent, IOException cause) throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> {
            connection.readHead();
            connection.readAll();
        })) {
            return fixture.failureOf(fixture.request("POST", "/").body(stream(failing(sent, cause))));
        }
    }

    private static InputStream failing(String first, IOException cause) {
        return new InputStream() {
            private boolean given;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (given) {
                    throw cause;
                }
                given = true;
                byte[] bytes = first.getBytes(StandardCharsets.ISO_8859_1);
                System.arraycopy(bytes, 0, target, offset, bytes.length);
                return bytes.length;
            }
        };
    }

    /** This many zeros, counted as they are read. */
    private static InputStream zeros(long total, AtomicLong count) {
        return new InputStream() {
            @Override
            public int read() {
                return count.getAndIncrement() < total ? 0 : -1;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                int n = (int) Math.min(length, total - count.get());
                count.addAndGet(n);
                return n == 0 ? -1 : n;
            }
        };
    }

    private static final class Recorder implements Flow.Subscriber<ByteBuffer> {
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final List<String> items = Collections.synchronizedList(new ArrayList<>());
        private final Semaphore arrived = new Semaphore(0);
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(ByteBuffer item) {
            items.add(StandardCharsets.ISO_8859_1.decode(item).toString());
            arrived.release();
        }

        @Override
        public void onError(Throwable cause) {
            done.completeExceptionally(cause);
        }

        @Override
        public void onComplete() {
            done.complete(null);
        }

        private void awaitItems(int n) throws InterruptedException {
            assertThat(arrived.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            assertThat(items).hasSizeGreaterThanOrEqualTo(n);
        }
    }
}
