package dev.sluice.proxy.transport.jdk;

import static dev.sluice.proxy.transport.jdk.JdkUpstreamFixture.beside;
import static dev.sluice.proxy.transport.jdk.JdkUpstreamFixture.stream;
import static dev.sluice.proxy.transport.jdk.JdkUpstreamFixture.within10Seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JdkUpstreamTimeoutTest {
    private static final Duration HEAD = Duration.ofSeconds(30);
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final ManualTime time = new ManualTime();
    private JdkUpstreamFixture fixture;

    private Exchange exchange() {
        Exchange exchange = fixture.exchange();
        exchange.put(Timeouts.class, Timeouts.builder().head(HEAD).idle(IDLE).build());
        return exchange;
    }

    private JdkUpstreamFixture playing(ScriptedOrigin.Script script) throws IOException {
        fixture = JdkUpstreamFixture.on(time, script);
        return fixture;
    }

    @Test
    void aHeadThatDoesNotComeInTimeEndsTheAttemptAndTheConnection() throws Exception {
        try (JdkUpstreamFixture own = playing(connection -> {
            connection.readHead();
            fixture.awaitLoss(connection);
        })) {
            CompletableFuture<ProxyException> failure =
                    beside(() -> own.failureOf(own.request(exchange(), "GET", "/")));
            own.origin().awaitRequests(1);
            time.awaitWaiters(1);
            time.advance(HEAD.minusNanos(1));
            time.awaitWaiters(1);
            time.advance(Duration.ofNanos(1));

            assertThat(failure.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.HEAD_TIMEOUT);
            assertThat(failure.join().delivery()).isEqualTo(Delivery.SENT_UNKNOWN);
            assertThat(within10Seconds(own.lost())).isTrue();
        }
    }

    @Test
    void theHeadTimeoutBeginsAtTheEndOfTheBody() throws Exception {
        Signal reading = new Signal();
        Signal end = new Signal();
        Signal out = new Signal();
        InputStream client = new InputStream() {
            @Override
            public int read() throws IOException {
                reading.fire();
                try {
                    within10Seconds(end);
                } catch (InterruptedException interrupt) {
                    throw new IOException(interrupt);
                }
                return -1;
            }
        };
        try (JdkUpstreamFixture own = playing(connection -> {
            connection.readHead();
            assertThat(connection.readExactly(5)).isEqualTo("0\r\n\r\n");
            out.fire();
            fixture.awaitLoss(connection);
        })) {
            CompletableFuture<ProxyException> failure = beside(
                    () -> own.failureOf(own.request(exchange(), "POST", "/").body(stream(client))));
            assertThat(within10Seconds(reading)).isTrue();
            time.advance(HEAD.minusSeconds(1));
            end.fire();
            assertThat(within10Seconds(out)).isTrue();
            // The caller may be between one wait and the next.
            while (!failure.isDone()) {
                time.advance(Duration.ofMillis(1));
            }

            assertThat(failure.join().outcome()).isEqualTo(Outcome.HEAD_TIMEOUT);
            assertThat(time.nanos())
                    .isGreaterThanOrEqualTo(HEAD.minusSeconds(1).plus(HEAD).toNanos());
        }
    }

    @Test
    void aClientThatSendsNothingMoreOfItsBodyTimesOut() throws Exception {
        Signal reading = new Signal();
        CompletableFuture<Integer> never = new CompletableFuture<>();
        InputStream silent = new InputStream() {
            @Override
            public int read() throws IOException {
                reading.fire();
                never.join();
                return -1;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return read();
            }
        };
        try (JdkUpstreamFixture own = playing(connection -> {
            connection.readHead();
            fixture.awaitLoss(connection);
        })) {
            CompletableFuture<ProxyException> failure = beside(
                    () -> own.failureOf(own.request(exchange(), "POST", "/").body(stream(silent))));
            own.origin().awaitRequests(1);
            assertThat(within10Seconds(reading)).isTrue();
            time.advance(IDLE);

            assertThat(failure.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.CLIENT_BODY_TIMEOUT);
            assertThat(within10Seconds(own.lost())).isTrue();
        } finally {
            never.complete(0);
        }
    }

    /** The client reads no more when its connection has ended. Sometimes it never reports the reason. */
    @Test
    @SuppressWarnings("unchecked")
    void anUploadThatTheClientGivesUpFailsAtOnceUnlessThereIsAResponse() throws Exception {
        HttpClient silent = mock(HttpClient.class);
        when(silent.sendAsync(any(HttpRequest.class), any(BodyHandler.class))).thenAnswer(call -> {
            HttpRequest request = call.getArgument(0);
            request.bodyPublisher().orElseThrow().subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscription.cancel();
                }

                @Override
                public void onNext(ByteBuffer item) {}

                @Override
                public void onError(Throwable cause) {}

                @Override
                public void onComplete() {}
            });
            return new CompletableFuture<>();
        });
        try (JdkUpstreamFixture own = playing(connection -> {})) {
            ProxyRequest request =
                    own.request(exchange(), "POST", "/").body(Body.of("abc")).build();
            JdkUpstreamPublisher upload = new JdkUpstreamPublisher(request.body(), time);
            HttpRequest outgoing =
                    HttpRequest.newBuilder(own.origin().uri()).POST(upload).build();
            CompletableFuture<ProxyException> failure = beside(() -> catchThrowableOfType(
                    ProxyException.class,
                    () -> new JdkUpstreamCall(request, "localhost:80", upload).run(silent, outgoing)));
            time.awaitWaiters(1);
            time.advance(Duration.ofSeconds(1));

            assertThat(failure.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.SEND_FAILED);
            assertThat(failure.join().delivery()).isEqualTo(Delivery.SENT_UNKNOWN);
        }
    }

    @Test
    void anUpstreamThatTakesNothingMoreTimesOut() throws Exception {
        Signal handedOn = new Signal();
        HttpClient stuck = mock(HttpClient.class);
        when(stuck.sendAsync(any(), this.<Object>anyHandler())).thenAnswer(call -> {
            call.<HttpRequest>getArgument(0).bodyPublisher().orElseThrow().subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscription.request(1);
                }

                @Override
                public void onNext(ByteBuffer item) {
                    handedOn.fire();
                }

                @Override
                public void onError(Throwable cause) {}

                @Override
                public void onComplete() {}
            });
            return new CompletableFuture<>();
        });
        Exchange exchange = TestExchange.begin(time);
        exchange.put(Timeouts.class, Timeouts.builder().head(HEAD).idle(IDLE).build());
        ProxyRequest request = TestExchange.request(exchange, "POST", "/").toBuilder()
                .body(Body.of("hello"))
                .build();
        JdkUpstreamPublisher upload = new JdkUpstreamPublisher(request.body(), time);
        HttpRequest outgoing = HttpRequest.newBuilder(URI.create("http://a.test/"))
                .POST(upload)
                .build();
        CompletableFuture<ProxyException> failure = beside(() -> catchThrowableOfType(
                ProxyException.class, () -> new JdkUpstreamCall(request, "localhost:80", upload).run(stuck, outgoing)));
        assertThat(within10Seconds(handedOn)).isTrue();
        // The caller, and the task that passes the body on.
        time.awaitWaiters(2);
        time.advance(IDLE);

        assertThat(failure.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.SEND_TIMEOUT);
        assertThat(failure.join().delivery()).isEqualTo(Delivery.SENT_UNKNOWN);
    }

    @Test
    void aBodyThatStallsTimesOutAndItsConnectionIsClosed() throws Exception {
        try (JdkUpstreamFixture own = playing(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
            fixture.awaitLoss(connection);
        })) {
            ProxyResponse response = own.send(own.request(exchange(), "GET", "/"));
            InputStream body = response.body().open();
            assertThat(body.readNBytes(5)).hasSize(5);
            CompletableFuture<Integer> read = beside(body::read);
            time.awaitWaiters(1);
            time.advance(IDLE.minusNanos(1));
            time.awaitWaiters(1);
            time.advance(Duration.ofNanos(1));

            assertThat(failureOf(read).outcome()).isEqualTo(Outcome.BODY_TIMEOUT);
            assertThat(failureOf(read).delivery()).isEqualTo(Delivery.ANSWERED);
            assertThat(within10Seconds(own.lost())).isTrue();
        }
    }

    @Test
    void theTimeThatAReaderTakesDoesNotCount() throws Exception {
        try (JdkUpstreamFixture own = playing(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        })) {
            InputStream body =
                    own.send(own.request(exchange(), "GET", "/")).body().open();
            for (int i = 0; i < 5; i++) {
                time.advance(IDLE.multipliedBy(2));
                assertThat(body.read()).isPositive();
            }
            assertThat(body.read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLIENT_LEFT", "TOTAL_TIMEOUT", "SHUT_DOWN"})
    void cancellingBeforeTheHeadClosesTheConnection(Outcome reason) throws Exception {
        try (JdkUpstreamFixture own = playing(connection -> {
            connection.readHead();
            fixture.awaitLoss(connection);
        })) {
            Exchange exchange = exchange();
            CompletableFuture<ProxyException> failure = beside(() -> own.failureOf(own.request(exchange, "GET", "/")));
            own.origin().awaitRequests(1);
            exchange.cancel(reason);

            assertThat(failure.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(reason);
            assertThat(failure.join().delivery()).isEqualTo(Delivery.SENT_UNKNOWN);
            assertThat(within10Seconds(own.lost())).isTrue();
            assertThat(own.origin().requests()).hasSize(1);
        }
    }

    @Test
    void cancellingWhileTheBodyGoesOutClosesTheConnection() throws Exception {
        try (PipedOutputStream client = new PipedOutputStream();
                JdkUpstreamFixture own = playing(connection -> {
                    connection.readHead();
                    fixture.awaitLoss(connection);
                })) {
            Exchange exchange = exchange();
            Body body = stream(new PipedInputStream(client));
            CompletableFuture<ProxyException> failure = beside(
                    () -> own.failureOf(own.request(exchange, "POST", "/").body(body)));
            own.origin().awaitRequests(1);
            exchange.cancel(Outcome.CLIENT_LEFT);

            assertThat(failure.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.CLIENT_LEFT);
            assertThat(within10Seconds(own.lost())).isTrue();
        }
    }

    @Test
    void cancellingInTheBodyBreaksTheReadOffAndClosesTheConnection() throws Exception {
        try (JdkUpstreamFixture own = playing(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
            fixture.awaitLoss(connection);
        })) {
            Exchange exchange = exchange();
            InputStream body =
                    own.send(own.request(exchange, "GET", "/")).body().open();
            body.readNBytes(5);
            CompletableFuture<Integer> read = beside(body::read);
            time.awaitWaiters(1);
            exchange.cancel(Outcome.CLIENT_LEFT);

            assertThat(failureOf(read).outcome()).isEqualTo(Outcome.CLIENT_LEFT);
            assertThat(failureOf(read).delivery()).isEqualTo(Delivery.ANSWERED);
            assertThat(within10Seconds(own.lost())).isTrue();
        }
    }

    @Test
    void aCancelledRequestIsNotSent() throws Exception {
        try (JdkUpstreamFixture own = playing(connection -> connection.readHead())) {
            Exchange exchange = exchange();
            exchange.cancel(Outcome.CLIENT_LEFT);
            ProxyException failure = own.failureOf(own.request(exchange, "GET", "/"));

            assertThat(failure.outcome()).isEqualTo(Outcome.CLIENT_LEFT);
            assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
            assertThat(own.origin().connections()).isZero();
        }
    }

    @Test
    void anInterruptedCallerGivesTheConnectionUp() throws Exception {
        try (JdkUpstreamFixture own = playing(connection -> {
            connection.readHead();
            fixture.awaitLoss(connection);
        })) {
            CompletableFuture<Thread> sender = new CompletableFuture<>();
            CompletableFuture<ProxyResponse> response = beside(() -> {
                sender.complete(Thread.currentThread());
                return own.send(own.request(exchange(), "GET", "/"));
            });
            own.origin().awaitRequests(1);
            sender.get(10, TimeUnit.SECONDS).interrupt();

            assertThat(response)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .withCauseInstanceOf(InterruptedException.class);
            assertThat(within10Seconds(own.lost())).isTrue();
        }
    }

    private static ProxyException failureOf(CompletableFuture<?> future) throws Exception {
        Throwable cause = catchThrowableOfType(ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS))
                .getCause();
        assertThat(cause).isInstanceOf(ProxyException.class);
        return (ProxyException) cause;
    }

    private <T> BodyHandler<T> anyHandler() {
        return any();
    }
}
