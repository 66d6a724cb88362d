package dev.sluice.proxy.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.ClosedTunnel;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the run does for every listener, seen from the call that it drives. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExchangeRunTest {
    private final RecordingListener records = new RecordingListener();
    private final FakeCall call = new FakeCall();

    @Test
    void aResponseIsWrittenAndTheExchangeEnds() throws Exception {
        assertThat(run(request -> ProxyResponse.of(200, "x"))).isEqualTo(Outcome.COMPLETED);
        assertThat(call.events).containsExactly("respond 200");
        assertThat(record().outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void anInvalidRequestIsRefused() throws Exception {
        call.refusal = ProxyException.refused(Outcome.BAD_REQUEST, "malformed");
        assertThat(run(request -> ProxyResponse.of(200))).isEqualTo(Outcome.COMPLETED);
        assertThat(call.events).containsExactly("respond 400");
        assertThat(record().outcome()).isEqualTo(Outcome.BAD_REQUEST);
    }

    @Test
    void aThrowingServiceBecomesAnErrorPage() throws Exception {
        Service throwing = new Throwing(Service.of(request -> ProxyResponse.of(200), TimeSource.system(), records));
        assertThat(begin(throwing).run()).isEqualTo(Outcome.COMPLETED);
        assertThat(call.events).containsExactly("respond 500");
        assertThat(record().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aBodyThatCannotBeOpenedBecomesAPage() throws Exception {
        Body opened = Body.of(InputStream.nullInputStream(), Body.UNKNOWN);
        opened.open();
        assertThat(run(request -> ProxyResponse.builder(200).body(opened).build()))
                .isEqualTo(Outcome.COMPLETED);
        assertThat(call.events).containsExactly("respond 500");
        assertThat(record().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aBodyWhoseOpeningEndsWithAnErrorBecomesAPageAndIsClosed() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        Body broken = closing(closed)
                .body()
                .map(
                        stream -> {
                            throw new AssertionError("cannot be opened");
                        },
                        Body.UNKNOWN);
        assertThat(run(request -> ProxyResponse.builder(200).body(broken).build()))
                .isEqualTo(Outcome.COMPLETED);
        assertThat(call.events).containsExactly("respond 500");
        assertThat(closed).isTrue();
        assertThat(record().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aResponseThatBreaksOffIsCutWithItsReason() throws Exception {
        call.failure = new ProxyException(Outcome.CLIENT_WRITE_FAILED, Delivery.ANSWERED, "gone");
        assertThat(run(request -> ProxyResponse.of(200))).isEqualTo(Outcome.CLIENT_WRITE_FAILED);
        assertThat(call.events).containsExactly("respond 200", "cut CLIENT_WRITE_FAILED", "cut CLIENT_WRITE_FAILED");
        assertThat(record().outcome()).isEqualTo(Outcome.CLIENT_WRITE_FAILED);
        assertThat(record().explain()).contains("the response broke off: gone");
    }

    @Test
    void aFaultOfTheListenerInARequestIsAnswered() throws Exception {
        call.requestFault = new IllegalArgumentException("not a field name");
        assertThat(run(request -> ProxyResponse.of(200))).isEqualTo(Outcome.COMPLETED);
        assertThat(call.events).containsExactly("respond 500");
        assertThat(record().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aFaultOfTheListenerEndsTheExchangeToo() throws Exception {
        call.fault = new IllegalStateException("a fault");
        assertThat(run(request -> ProxyResponse.of(200))).isEqualTo(Outcome.FAILED);
        assertThat(call.events).containsExactly("respond 200", "cut FAILED");
        assertThat(record().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aListenerThatFailsToCutKeepsNoExchangeOpen() throws Exception {
        call.failure = new ProxyException(Outcome.CLIENT_WRITE_FAILED, Delivery.ANSWERED, "gone");
        call.onCut = () -> {
            throw new IllegalStateException("cannot cut");
        };
        assertThat(run(request -> ProxyResponse.of(200))).isEqualTo(Outcome.CLIENT_WRITE_FAILED);
        assertThat(record().outcome()).isEqualTo(Outcome.CLIENT_WRITE_FAILED);
    }

    @Test
    void aListenerThatFailsToCutAfterAnAnswerInsteadFreesTheRun() throws Exception {
        call.blocked = true;
        call.onCut = () -> {
            throw new IllegalStateException("cannot cut");
        };
        CountDownLatch answered = new CountDownLatch(1);
        call.onRespond = answered::countDown;
        Outcome how = run(request -> {
            request.exchange().cancel(Outcome.CLIENT_BODY_TIMEOUT);
            Awaited.latch(answered);
            return ProxyResponse.of(200);
        });
        assertThat(how).isEqualTo(Outcome.CLIENT_BODY_TIMEOUT);
    }

    @Test
    void aCancellationBeforeTheResponseEndsTheReadingAndIsAnswered() throws Exception {
        Outcome how = run(request -> {
            request.exchange().cancel(Outcome.TOTAL_TIMEOUT);
            return ProxyResponse.of(200);
        });
        assertThat(how).isEqualTo(Outcome.COMPLETED);
        assertThat(call.events).containsExactly("stop TOTAL_TIMEOUT", "respond 504");
        assertThat(record().outcome()).isEqualTo(Outcome.TOTAL_TIMEOUT);
    }

    @Test
    void aCancellationAfterItCutsIt() {
        assertThat(run(request -> ProxyResponse.builder(200)
                        .body(Body.of(new Cancelling(request.exchange()), Body.UNKNOWN))
                        .build()))
                .isEqualTo(Outcome.COMPLETED);
        assertThat(call.events).containsExactly("respond 200", "cut TOTAL_TIMEOUT");
    }

    @Test
    void aCutIsOverBeforeTheRunIs() {
        Thread runs = Thread.currentThread();
        CountDownLatch cutting = new CountDownLatch(1);
        AtomicBoolean over = new AtomicBoolean();
        List<Boolean> overAtCut = new CopyOnWriteArrayList<>();
        call.onCut = () -> {
            cutting.countDown();
            Awaited.isTrue(() ->
                    over.get() || String.valueOf(LockSupport.getBlocker(runs)).contains("ReentrantLock"));
            overAtCut.add(over.get());
        };
        List<Signal> cancelled = new CopyOnWriteArrayList<>();
        Outcome how = run(request -> {
            Exchange scope = request.exchange();
            call.onRespond = () -> {
                cancelled.add(scope.time().start("cancels", () -> scope.cancel(Outcome.TOTAL_TIMEOUT)));
                Awaited.latch(cutting);
            };
            return ProxyResponse.of(200);
        });
        over.set(true);
        Awaited.signal(cancelled.get(0));
        assertThat(how).isEqualTo(Outcome.COMPLETED);
        assertThat(overAtCut).containsExactly(false);
    }

    @Test
    void aPageThatAnswersACancellationIsNotCutByIt() throws Exception {
        CountDownLatch cancelling = new CountDownLatch(1);
        CountDownLatch responding = new CountDownLatch(1);
        List<Signal> cancelled = new CopyOnWriteArrayList<>();
        call.onRespond = () -> {
            responding.countDown();
            Awaited.signal(cancelled.get(0));
        };
        Outcome how = run(request -> {
            Exchange scope = request.exchange();
            // Hooks inside the exchange are told of the cancellation first. Here one blocks until the page has begun.
            scope.child("inner", TimeSource.NEVER, Outcome.TOTAL_TIMEOUT).onCancel((QuickHook<Outcome>) why -> {
                cancelling.countDown();
                Awaited.latch(responding);
            });
            cancelled.add(scope.time().start("cancels", () -> scope.cancel(Outcome.TOTAL_TIMEOUT)));
            Awaited.latch(cancelling);
            throw new ProxyException(Outcome.TOTAL_TIMEOUT, Delivery.SENT_UNKNOWN, "too late");
        });
        assertThat(how).isEqualTo(Outcome.COMPLETED);
        assertThat(call.events).containsExactly("respond 504", "stop TOTAL_TIMEOUT");
    }

    @Test
    void nothingIsWrittenToAClientThatHasLeft() {
        AtomicBoolean closed = new AtomicBoolean();
        Outcome how = run(request -> {
            request.exchange().cancel(Outcome.CLIENT_LEFT);
            return closing(closed);
        });
        assertThat(how).isEqualTo(Outcome.CLIENT_LEFT);
        assertThat(call.events).containsExactly("cut CLIENT_LEFT", "cut CLIENT_LEFT");
        assertThat(closed).isTrue();
    }

    @Test
    void aBlockedReadIsAnsweredFromAnotherThreadAndThenCut() throws Exception {
        call.blocked = true;
        CountDownLatch freed = new CountDownLatch(1);
        call.onCut = freed::countDown;
        Outcome how = run(request -> {
            request.exchange().cancel(Outcome.TOTAL_TIMEOUT);
            assertThat(freed.await(10, TimeUnit.SECONDS)).isTrue();
            return ProxyResponse.of(200);
        });
        assertThat(how).isEqualTo(Outcome.TOTAL_TIMEOUT);
        assertThat(call.events)
                .startsWith("stop TOTAL_TIMEOUT", "respond 504", "cut TOTAL_TIMEOUT")
                .doesNotContain("respond 200");
    }

    @Test
    void aStartedResponseCannotBeReplaced() {
        ExchangeRun run = begin(Service.of(request -> ProxyResponse.of(200), TimeSource.system(), records));
        run.run();
        assertThat(run.answerInstead(Outcome.CLIENT_BODY_TIMEOUT)).isFalse();
        assertThat(call.events).containsExactly("respond 200");
    }

    @Test
    void noInterimResponseIsSentAfterTheResponseHasStarted() {
        ExchangeRun run = begin(Service.of(
                request -> {
                    assertThat(request.exchange().interim(103, Headers.empty())).isTrue();
                    return ProxyResponse.of(200);
                },
                TimeSource.system(),
                records));
        assertThat(run.scope().interim(103, Headers.empty())).isFalse();
        run.run();
        assertThat(call.events).containsExactly("interim 103", "respond 200");
        assertThatThrownBy(run::askForBody).isInstanceOf(IOException.class);
    }

    private void assertATunnelIsRefused() {
        AtomicBoolean closed = new AtomicBoolean();
        assertThat(run(request -> ProxyResponse.builder(101)
                        .tunnel(new ClosedTunnel("chat", () -> closed.set(true)))
                        .build()))
                .isEqualTo(Outcome.COMPLETED);
        assertThat(call.events).containsExactly("respond 500");
        assertThat(closed).isTrue();
    }

    @Test
    void anUnrequestedTunnelIsRefused() {
        assertATunnelIsRefused();
    }

    @Test
    void aTunnelIsClosedIfTheListenerFailsToPrepareIt() {
        call.upgrade = "chat";
        call.readyFault = new IllegalStateException("not ready");
        assertATunnelIsRefused();
    }

    @Test
    void aRequestedTunnelIsOpened() {
        call.upgrade = "chat";
        assertThat(run(request -> ProxyResponse.builder(101)
                        .tunnel(new ClosedTunnel("chat", () -> {}))
                        .build()))
                .isEqualTo(Outcome.TUNNEL_TIMEOUT);
        assertThat(call.events).containsExactly("tunnel 101", "cut TUNNEL_TIMEOUT");
    }

    @Test
    void anInterruptIsDeferredUntilTheEnd() throws Exception {
        call.requireNoInterrupt = true;
        assertThat(run(request -> {
                    Thread.currentThread().interrupt();
                    return ProxyResponse.of(200);
                }))
                .isEqualTo(Outcome.COMPLETED);
        assertThat(Thread.interrupted()).isTrue();
    }

    private Outcome run(ProxyHandler handler) {
        return begin(Service.of(handler, TimeSource.system(), records)).run();
    }

    private ExchangeRun begin(Service service) {
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return ExchangeRun.begin(
                service, new Client(nobody, nobody, null), Set.of(Capability.INTERIM, Capability.TUNNEL), call);
    }

    private ExchangeRecord record() throws InterruptedException {
        return records.awaitEnded(1).get(0);
    }

    private static ProxyResponse closing(AtomicBoolean closed) {
        Body body = Body.of(
                new InputStream() {
                    @Override
                    public int read() {
                        return -1;
                    }

                    @Override
                    public void close() {
                        closed.set(true);
                    }
                },
                Body.UNKNOWN);
        return ProxyResponse.builder(200).body(body).build();
    }

    /** Notes the calls that it gets. */
    private static final class FakeCall implements ClientCall {
        private final List<String> events = new CopyOnWriteArrayList<>();
        private @Nullable ProxyException refusal;
        private @Nullable ProxyException failure;
        private @Nullable RuntimeException requestFault;
        private @Nullable RuntimeException fault;
        private @Nullable RuntimeException readyFault;
        private @Nullable String upgrade;
        private boolean blocked;
        private boolean requireNoInterrupt;
        private Runnable onCut = () -> {};
        private Runnable onRespond = () -> {};

        @Override
        public ProxyRequest request(Exchange scope) throws ProxyException {
            if (refusal != null) {
                throw refusal;
            }
            if (requestFault != null) {
                throw requestFault;
            }
            return ProxyRequest.builder(scope, "GET", RequestTarget.of("http", null, "/"))
                    .upgrade(upgrade)
                    .build();
        }

        @Override
        public boolean interim(int status, Headers headers) {
            return events.add("interim " + status);
        }

        @Override
        public void respond(ProxyResponse response, InputStream body) throws IOException {
            events.add("respond " + response.status());
            onRespond.run();
            assertThat(requireNoInterrupt && Thread.currentThread().isInterrupted())
                    .isFalse();
            if (failure != null) {
                throw failure;
            }
            if (fault != null) {
                throw fault;
            }
            body.readAllBytes();
        }

        @Override
        public void readyTunnel(ProxyResponse response) {
            if (readyFault != null) {
                throw readyFault;
            }
        }

        @Override
        public Outcome tunnel(ProxyResponse response, Tunnel tunnel) {
            events.add("tunnel " + response.status());
            return Outcome.TUNNEL_TIMEOUT;
        }

        @Override
        public boolean stopReading(Outcome why) {
            events.add("stop " + why);
            return !blocked;
        }

        @Override
        public void cut(Outcome why) {
            events.add("cut " + why);
            onCut.run();
        }
    }

    private static final class Cancelling extends InputStream {
        private final Exchange exchange;

        private Cancelling(Exchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public int read() {
            exchange.cancel(Outcome.TOTAL_TIMEOUT);
            return -1;
        }
    }

    private record Throwing(Service all) implements Service {
        @Override
        public Limits limits() {
            return all.limits();
        }

        @Override
        public Exchange begin(Client client, Set<Capability> capabilities, Exchange.InterimSink interim) {
            return all.begin(client, capabilities, interim);
        }

        @Override
        public ProxyResponse serve(ProxyRequest request) {
            throw new IllegalStateException("never thrown by a service");
        }

        @Override
        public ProxyResponse refuse(Exchange exchange, ProxyException why) {
            return all.refuse(exchange, why);
        }
    }
}
