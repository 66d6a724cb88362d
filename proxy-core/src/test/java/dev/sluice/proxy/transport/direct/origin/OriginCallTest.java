package dev.sluice.proxy.transport.direct.origin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.OtherTime;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to one connection while other threads than the caller's use it. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OriginCallTest {
    private final DirectTransport transport = DirectTransport.builder().build();

    @AfterEach
    void close() {
        transport.close();
    }

    private Upstream upstream(ScriptedOrigin origin) {
        return transport.upstream("origin", origin.uri());
    }

    private static Exchange exchange(TimeSource time, Timeouts timeouts) {
        Exchange exchange = TestExchange.begin(time);
        exchange.put(Timeouts.class, timeouts);
        return exchange;
    }

    private static ProxyRequest post(Exchange exchange, InputStream body) {
        return TestExchange.request(exchange, "POST", "/").toBuilder()
                .body(Body.of(body, Body.UNKNOWN))
                .build();
    }

    @Test
    void aCancellationAfterTheResponseDoesNotTouchTheNextUserOfTheConnection() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            connection.readHead();
            second.countDown();
            go.await();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine");
        })) {
            Exchange first = TestExchange.begin();
            try (ProxyResponse response = upstream(origin).send(TestExchange.request(first, "GET", "/"))) {
                assertThat(response.body().readAll(10)).asString(ISO_8859_1).isEqualTo("ok");
            }
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
                try (ProxyResponse response = upstream(origin).send(TestExchange.request("POST", "/"))) {
                    return new String(response.body().readAll(10), ISO_8859_1);
                } catch (IOException | InterruptedException failure) {
                    throw new IllegalStateException(failure);
                }
            });
            second.await();
            first.cancel(Outcome.CLIENT_LEFT);
            go.countDown();

            assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("fine");
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void anInterruptIsNotAFailureOfTheOrigin() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.readAll();
        })) {
            Thread caller = new Thread(() -> {
                try {
                    upstream(origin).send(TestExchange.request("GET", "/")).close();
                } catch (Throwable thrown) {
                    failure.set(thrown);
                }
            });
            caller.start();
            origin.awaitRequests(1);
            caller.interrupt();
            caller.join(10_000);
            assertThat(failure.get()).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void anErrorInTheBodyEndsTheCall() throws Exception {
        InputStream faulty = new InputStream() {
            @Override
            public int read() {
                throw new StackOverflowError("thrown on purpose");
            }
        };
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.readAll();
        })) {
            assertThatThrownBy(() -> upstream(origin).send(post(TestExchange.begin(), faulty)))
                    .isInstanceOfSatisfying(
                            ProxyException.class,
                            why -> assertThat(why.outcome()).isEqualTo(Outcome.FAILED));
        }
    }

    @Test
    void theEndOfTheUploadDoesNotShortenTheTimeOfTheResponsesBody() throws Exception {
        ManualTime time = new ManualTime();
        CountDownLatch uploaded = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        PipedOutputStream client = new PipedOutputStream();
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfi");
            connection.readExactly("0\r\n\r\n".length());
            uploaded.countDown();
            go.await();
            connection.write("ne");
        })) {
            Timeouts timeouts = Timeouts.builder()
                    .head(Duration.ofSeconds(10))
                    .idle(Duration.ofSeconds(100))
                    .build();
            InputStream body = new PipedInputStream(client);
            try (ProxyResponse response = upstream(origin).send(post(exchange(time, timeouts), body))) {
                InputStream received = response.body().open();
                assertThat(received.readNBytes(2)).hasSize(2);
                CountDownLatch reading = new CountDownLatch(1);
                CompletableFuture<byte[]> rest = CompletableFuture.supplyAsync(() -> {
                    try {
                        reading.countDown();
                        return received.readAllBytes();
                    } catch (IOException failure) {
                        throw new IllegalStateException(failure);
                    }
                });
                reading.await();
                client.close();
                uploaded.await();
                for (int second = 0; second < 90; second++) {
                    time.advance(Duration.ofSeconds(1));
                }
                go.countDown();
                assertThat(rest.get(10, TimeUnit.SECONDS)).asString(ISO_8859_1).isEqualTo("ne");
            }
        }
    }

    @RepeatedTest(5)
    void anOriginThatAskedForTheBodyButTakesNothingIsASendTimeout() throws Exception {
        ManualTime time = new ManualTime();
        CountDownLatch end = new CountDownLatch(1);
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 100 Continue\r\n\r\n");
            end.await();
        })) {
            CompletableFuture<Outcome> outcome = CompletableFuture.supplyAsync(() -> {
                try {
                    ProxyRequest request = post(exchange(time, Timeouts.DEFAULT), endless).toBuilder()
                            .expectsContinue(true)
                            .build();
                    upstream(origin).send(request).close();
                    return Outcome.COMPLETED;
                } catch (ProxyException why) {
                    return why.outcome();
                } catch (IOException | InterruptedException failure) {
                    throw new IllegalStateException(failure);
                }
            });
            origin.awaitRequests(1);
            while (!outcome.isDone()) {
                time.advance(Duration.ofMillis(100));
            }
            end.countDown();
            assertThat(outcome.get()).isEqualTo(Outcome.SEND_TIMEOUT);
        }
    }

    @Test
    void anAnswerDirectlyAfter100ContinueIsComplete() throws Exception {
        InputStream late = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the response is on its way, and the client was not asked for the body");
            }
        };
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n");
            go.await();
            connection.write("no");
        })) {
            Uploads time = new Uploads();
            ProxyRequest request = post(exchange(time, Timeouts.DEFAULT), after(answered, late)).toBuilder()
                    .expectsContinue(true)
                    .build();
            try (ProxyResponse response = upstream(origin).send(request)) {
                assertThat(response.status()).isEqualTo(401);
                answered.countDown();
                assertThat(time.await(time.last, time.deadline(Duration.ofSeconds(10))))
                        .isTrue();
                go.countDown();
                assertThat(response.body().readAll(10)).asString(ISO_8859_1).isEqualTo("no");
            }
        }
    }

    /** A stream that cannot be read before the test allows it. */
    private static InputStream after(CountDownLatch event, InputStream stream) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                try {
                    event.await();
                } catch (InterruptedException interrupt) {
                    throw new IOException(interrupt);
                }
                return stream.read();
            }
        };
    }

    /** The system's clock, which remembers the last upload that was started. */
    private static final class Uploads extends OtherTime {
        private volatile Signal last = new Signal();

        private Uploads() {
            super(TimeSource.system());
        }

        @Override
        public Signal start(String name, Runnable work) {
            Signal end = super.start(name, work);
            if (name.equals("direct-upload")) {
                last = end;
            }
            return end;
        }
    }

    @Test
    void anOriginThatSwitchesProtocolsBeforeItHasTheBodyIsRefused() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
            connection.readAll();
        })) {
            ProxyRequest request =
                    post(exchange(new ManualTime(), Timeouts.DEFAULT), InputStream.nullInputStream()).toBuilder()
                            .expectsContinue(true)
                            .upgrade("tcp")
                            .build();
            assertThatThrownBy(() -> upstream(origin).send(request))
                    .isInstanceOfSatisfying(
                            ProxyException.class,
                            why -> assertThat(why.outcome()).isEqualTo(Outcome.BAD_RESPONSE));
        }
    }

    @Test
    void theNewProtocolBeginsOnlyAfterTheRequestHasBeenSent() throws Exception {
        PipedOutputStream client = new PipedOutputStream();
        CountDownLatch switched = new CountDownLatch(1);
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
            switched.countDown();
            assertThat(connection.readExactly(5)).isEqualTo("1\r\nx\r");
            assertThat(connection.readExactly(10)).isEqualTo("\n0\r\n\r\nping");
            connection.write("pong");
        })) {
            ProxyRequest request = post(TestExchange.begin(), new PipedInputStream(client)).toBuilder()
                    .upgrade("tcp")
                    .build();
            CompletableFuture<ProxyResponse> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return upstream(origin).send(request);
                } catch (IOException | InterruptedException failure) {
                    throw new IllegalStateException(failure);
                }
            });
            switched.await();
            client.write('x');
            client.close();
            try (ProxyResponse response = answer.get(10, TimeUnit.SECONDS)) {
                response.tunnel().out().write("ping".getBytes(ISO_8859_1));
                assertThat(response.tunnel().in().readNBytes(4))
                        .asString(ISO_8859_1)
                        .isEqualTo("pong");
            }
        }
    }
}
