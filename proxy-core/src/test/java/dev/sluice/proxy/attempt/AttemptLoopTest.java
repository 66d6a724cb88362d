package dev.sluice.proxy.attempt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.spi.Attempts;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The attempt loop, with a source that tries its upstreams in order and notes all calls. */
class AttemptLoopTest {
    private final FakeUpstream a = FakeUpstream.named("a");
    private final FakeUpstream b = FakeUpstream.named("b");
    private final List<String> told = new ArrayList<>();

    /** Tries each upstream once, in order. Holds short responses while another upstream is left. */
    private UpstreamSource inOrder(Upstream... upstreams) {
        return source(request -> {
            Iterator<Upstream> left = List.of(upstreams).iterator();
            return new Attempts() {
                @Override
                public Step start(long nanos) {
                    return left.hasNext() ? new Step.Send(lease(left.next())) : new Step.Fail(Outcome.NO_UPSTREAM);
                }

                @Override
                public Step head(Lease lease, int status, Headers headers, boolean bodyKept, long nanos) {
                    told.add("head " + lease.upstream().id() + ' ' + status);
                    return new Step.Answer(lease, left.hasNext());
                }

                @Override
                public Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean bodyKept, long nanos) {
                    told.add("failed " + lease.upstream().id() + ' ' + outcome + ' ' + delivery + ' ' + bodyKept);
                    return left.hasNext() && bodyKept ? start(nanos) : new Step.Fail(outcome);
                }

                @Override
                public Step woke(long nanos) {
                    throw new AssertionError();
                }
            };
        });
    }

    private Lease lease(Upstream upstream) {
        return new Lease() {
            @Override
            public Upstream upstream() {
                return upstream;
            }

            @Override
            public void end(Outcome outcome, long nanos) {
                told.add("end " + upstream.id() + ' ' + outcome);
            }
        };
    }

    private static UpstreamSource source(java.util.function.Function<ProxyRequest, Attempts> attempts) {
        return new UpstreamSource() {
            @Override
            public Attempts attempts(ProxyRequest request) {
                return attempts.apply(request);
            }

            @Override
            public Set<Capability> capabilities() {
                return Set.of();
            }
        };
    }

    private static FakeUpstream broken(FakeUpstream upstream, int sent, long length) {
        return upstream.answer(request -> ProxyResponse.builder(200)
                .body(Body.of(
                        new InputStream() {
                            private int left = sent;

                            @Override
                            public int read() throws IOException {
                                if (left-- > 0) {
                                    return 'x';
                                }
                                throw new IOException("reset");
                            }
                        },
                        length))
                .build());
    }

    @Test
    void aHalfReadPutIsReplayedToTheNextMemberAndEachLeaseEndsOnce() throws Exception {
        Upstream half = Upstream.of("half", request -> {
            request.body().open().readNBytes(3);
            throw new ProxyException(Outcome.SEND_FAILED, Delivery.SENT_UNKNOWN, "reset");
        });
        TestResponse response = TestClient.of(ReverseProxy.to(inOrder(half, b)))
                .send("PUT", "/", Headers.empty(), "hello".getBytes(UTF_8));

        assertThat(response.text()).isEqualTo("b");
        assertThat(b.requests().get(0).body()).asString(UTF_8).isEqualTo("hello");
        assertThat(told)
                .containsExactly(
                        "end half SEND_FAILED",
                        "failed half SEND_FAILED SENT_UNKNOWN true",
                        "head b 200",
                        "end b COMPLETED");
    }

    @Test
    void hostTargetAndFieldsAreMadeForEachMemberAgain() throws Exception {
        a.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        List<String> rewritten = new ArrayList<>();
        ReverseProxy proxy = ReverseProxy.builder(inOrder(a, b))
                .rewrite((incoming, outgoing) -> {
                    rewritten.add(String.valueOf(outgoing.target().authority()));
                    outgoing.addHeader("X-Try", String.valueOf(rewritten.size()));
                })
                .build();
        TestClient.of(proxy).get("/");

        assertThat(rewritten).containsExactly("a.test:80", "b.test:80");
        assertThat(b.requests().get(0).headers().all("X-Try")).containsExactly("2");
    }

    @Test
    void aRequestThatARewriteMadeNotIdempotentIsNotSentTwice() throws Exception {
        a.fail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
        ReverseProxy proxy = ReverseProxy.builder(inOrder(a, b))
                .rewrite((incoming, outgoing) -> outgoing.method("POST"))
                .build();

        Pipeline pipeline = Pipeline.builder().addRoute("/**", proxy).build();
        TestResponse response = TestClient.of(pipeline).get("/");

        assertThat(response.status()).isEqualTo(502);
        assertThat(b.requests()).isEmpty();
        assertThat(response.record().explain()).contains("not repeated: a hook has made");
    }

    @Test
    void aRequestThatARewriteMadeNotIdempotentGoesOnWhenItWasNotSent() throws Exception {
        a.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        ReverseProxy proxy = ReverseProxy.builder(inOrder(a, b))
                .rewrite((incoming, outgoing) -> outgoing.method("POST"))
                .build();

        assertThat(TestClient.of(proxy).get("/").text()).isEqualTo("b");
    }

    @Test
    void anAttemptWaitsForBytesThatTheEarlierOneStillReads() throws Exception {
        SimulatedTime time = new SimulatedTime();
        InputStream slow = new InputStream() {
            private int given;

            @Override
            public int read() {
                throw new AssertionError();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                try {
                    time.await(new Signal(), time.deadline(Duration.ofSeconds(5)));
                } catch (InterruptedException interrupt) {
                    throw new IOException(interrupt);
                }
                target[offset] = 'x';
                return given++ < 3 ? 1 : -1;
            }
        };
        Upstream first = Upstream.of("first", request -> {
            time.start("upload", () -> {
                try {
                    request.body().open().readAllBytes();
                } catch (IOException over) {
                    // The attempt fails, not the exchange.
                }
            });
            time.await(new Signal(), time.deadline(Duration.ofSeconds(1)));
            throw new ProxyException(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, "reset");
        });
        ReverseProxy proxy = ReverseProxy.to(inOrder(first, b));
        java.util.concurrent.CompletableFuture<String> text = new java.util.concurrent.CompletableFuture<>();
        TimeSource.system().start("simulation", () -> {
            try {
                text.complete(time.run(() -> TestClient.of(proxy, time)
                        .send("PUT", "/", request -> request.body(Body.of(slow, 3)))
                        .text()));
            } catch (Exception failure) {
                text.completeExceptionally(failure);
            }
        });

        assertThat(text.get(10, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo("b");
        assertThat(b.requests().get(0).body()).asString(UTF_8).isEqualTo("xxx");
    }

    @Test
    void aShortResponseThatBreaksOffIsReplacedByAnother() throws Exception {
        broken(a, 3, 10);
        TestResponse response = TestClient.of(ReverseProxy.to(inOrder(a, b))).get("/");

        assertThat(response.text()).isEqualTo("b");
        assertThat(told).contains("failed a BODY_FAILED ANSWERED true");
        assertThat(response.record().attempts()).hasSize(2);
    }

    @Test
    void aLongResponseAndOneOfUnknownLengthGoAtOnceAndTheirFailureIsAnAbort() throws Exception {
        for (long length : new long[] {HeldBody.LIMIT + 1, Body.UNKNOWN}) {
            broken(a, 3, length);
            TestResponse response =
                    TestClient.of(ReverseProxy.to(inOrder(a, b))).get("/");

            assertThat(response.body()).hasSize(3);
            assertThat(response.failure()).isNotNull();
        }
        assertThat(b.requests()).isEmpty();
    }

    @Test
    void theLastMembersResponseIsNotHeld() throws Exception {
        broken(b, 3, 10);
        a.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        TestResponse response = TestClient.of(ReverseProxy.to(inOrder(a, b))).get("/");

        assertThat(response.body()).hasSize(3);
        assertThat(response.failure()).isNotNull();
    }

    @Test
    void aBodyPastTheReplayLimitIsNotSentAgainAndTheRecordSaysSo() {
        a.fail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
        List<String> explained = new ArrayList<>();
        ExchangeListener listener = new ExchangeListener() {
            @Override
            public void ended(dev.sluice.proxy.ExchangeRecord record) {
                explained.add(record.explain());
            }
        };
        ReverseProxy proxy = ReverseProxy.builder(inOrder(a, b)).replayLimit(4).build();

        assertThatThrownBy(() -> TestClient.of(proxy, TimeSource.system(), listener)
                        .send("PUT", "/", Headers.empty(), "hello".getBytes(UTF_8)))
                .isInstanceOf(ProxyException.class);
        assertThat(b.requests()).isEmpty();
        assertThat(told).contains("failed a HEAD_FAILED SENT_UNKNOWN false");
        assertThat(explained.get(0)).contains("replay: forfeited, more than 4 bytes");
    }

    @Test
    void aFailureOfTheClientIsNotAnUpstreams() {
        Body failing = Body.of(
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("the client left");
                    }
                },
                10);

        assertThatThrownBy(() -> TestClient.of(ReverseProxy.to(inOrder(a, b)))
                        .send("PUT", "/", request -> request.body(failing)))
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.outcome()).isEqualTo(Outcome.CLIENT_BODY_FAILED));
        assertThat(told).contains("end a CLIENT_BODY_FAILED", "failed a CLIENT_BODY_FAILED SENT_UNKNOWN false");
        assertThat(b.requests()).isEmpty();
    }

    @Test
    void withoutAnyUpstreamTheClientGets503() {
        assertThatThrownBy(() -> TestClient.of(ReverseProxy.to(inOrder())).get("/"))
                .isInstanceOfSatisfying(ProxyException.class, why -> {
                    assertThat(why.outcome()).isEqualTo(Outcome.NO_UPSTREAM);
                    assertThat(why.status()).isEqualTo(503);
                });
    }

    @Test
    void theClientGetsTheLastFailure() {
        a.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        b.fail(Outcome.HEAD_TIMEOUT, Delivery.SENT_UNKNOWN);

        assertThatThrownBy(() -> TestClient.of(ReverseProxy.to(inOrder(a, b))).get("/"))
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.outcome()).isEqualTo(Outcome.HEAD_TIMEOUT));
    }

    @Test
    void aCancelledExchangeTriesNoOther() throws Exception {
        SimulatedTime time = new SimulatedTime();
        a.hang();
        Pipeline pipeline = Pipeline.builder()
                .time(time)
                .timeouts(Timeouts.builder().total(Duration.ofSeconds(3)).build())
                .addRoute("/**", inOrder(a, b))
                .build();
        TestResponse response = time.run(() -> TestClient.of(pipeline).get("/"));

        assertThat(response.status()).isEqualTo(504);
        assertThat(told).containsExactly("end a TOTAL_TIMEOUT");
        assertThat(b.requests()).isEmpty();
    }

    @Test
    void theLeaseOfACancelledExchangeEndsToo() {
        UpstreamSource cancelling = source(request -> {
            Attempts inner = inOrder(a).attempts(request);
            return new NoAttempts() {
                @Override
                public Step start(long nanos) {
                    request.exchange().cancel(Outcome.CLIENT_LEFT);
                    return inner.start(nanos);
                }
            };
        });

        assertThatThrownBy(() -> TestClient.of(ReverseProxy.to(cancelling)).get("/"))
                .isInstanceOf(ProxyException.class);
        assertThat(told).containsExactly("end a CLIENT_LEFT");
        assertThat(a.requests()).isEmpty();
    }

    @Test
    void aWaitEndsWithItsSignalItsTimeOrTheExchange() throws Exception {
        SimulatedTime time = new SimulatedTime();
        Signal ready = new Signal();
        UpstreamSource waiting = source(request -> new NoAttempts() {
            @Override
            public Step start(long nanos) {
                return new Step.Wait(ready, time.deadline(Duration.ofSeconds(5)));
            }

            @Override
            public Step woke(long nanos) {
                told.add("woke at " + nanos / 1_000_000_000L + " s");
                return new Step.Fail(Outcome.NO_UPSTREAM);
            }
        });
        Pipeline patient =
                Pipeline.builder().time(time).addRoute("/**", waiting).build();
        Pipeline hasty = Pipeline.builder()
                .time(time)
                .timeouts(Timeouts.builder().total(Duration.ofSeconds(2)).build())
                .addRoute("/**", waiting)
                .build();
        List<Integer> statuses = time.run(() -> {
            List<Integer> all = new ArrayList<>();
            all.add(TestClient.of(patient).get("/").status());
            all.add(TestClient.of(hasty).get("/").status());
            time.schedule(Duration.ofSeconds(1), ready::fire);
            all.add(TestClient.of(patient).get("/").status());
            return all;
        });

        assertThat(statuses).containsExactly(503, 504, 503);
        assertThat(told).containsExactly("woke at 5 s", "woke at 8 s");
    }
}
