package dev.sluice.proxy.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The options of tracing, and that nothing else depends on what users put there. */
@Timeout(60)
class TracingTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";

    private final FakeUpstream origin = FakeUpstream.named("origin");
    private final List<Span> spans = Collections.synchronizedList(new ArrayList<>());

    private TestResponse send(Tracing tracing, String... fields) throws Exception {
        return send(Pipeline.builder().tracing(tracing).addRoute("/**", origin), fields);
    }

    private static TestResponse send(Pipeline.Builder server, String... fields) throws Exception {
        return TestClient.of(server.build()).send("GET", "/", Headers.of(fields), new byte[0]);
    }

    private Headers received() {
        return origin.requests().get(origin.requests().size() - 1).headers();
    }

    private TraceContext sent() {
        TraceContext context = TraceContext.read(received());
        assertThat(context).isNotNull();
        return context;
    }

    @ParameterizedTest
    @ValueSource(strings = {PARENT, "no context", ""})
    void withoutItTheFieldsGoOnAsTheyAre(String parent) throws Exception {
        TestResponse response = send(
                Pipeline.builder().addRoute("/**", origin),
                "traceparent",
                parent,
                "Traceparent",
                PARENT,
                "TraceState",
                "FOO=1,,a=1",
                "tracestate",
                "a=2");

        assertThat(received().all("traceparent")).containsExactly(parent, PARENT);
        assertThat(received().all("tracestate")).containsExactly("FOO=1,,a=1", "a=2");
        assertThat(response.record().trace()).isNull();
    }

    @Test
    void theRecordHasTheContextOfTheExchange() throws Exception {
        TestResponse response = send(Tracing.DEFAULT, "traceparent", PARENT, "tracestate", "a=1");

        TraceContext context = response.record().trace();
        assertThat(context).isNotNull();
        assertThat(context.traceId()).isEqualTo(TRACE);
        assertThat(context.parentId()).isEqualTo("00f067aa0ba902b7");
        assertThat(context.spanId()).isNotEqualTo(sent().spanId());
        assertThat(sent().state()).isEqualTo("a=1");
        assertThat(response.headers().has("traceparent")).isFalse();
    }

    @Test
    void idsComeFromTheGivenSource() throws Exception {
        RandomGenerator sevens = () -> 0x0707070707070707L;
        send(Tracing.builder().random(sevens).build());

        assertThat(sent()).hasToString("00-" + "07".repeat(16) + "-" + "07".repeat(8) + "-03");
    }

    @Test
    void aCopyHasTheSameOptions() {
        RandomGenerator random = () -> 7;
        SpanListener listener = span -> {};
        Tracing tracing = Tracing.builder()
                .trustedOnly(true)
                .sampler(Sampler.NEVER)
                .random(random)
                .addListener(listener)
                .build();
        Tracing copy = tracing.toBuilder().build();

        assertThat(copy.trustedOnly()).isTrue();
        assertThat(copy.sampler()).isSameAs(Sampler.NEVER);
        assertThat(copy.random()).isSameAs(random);
        assertThat(copy.listeners()).containsExactly(listener);
    }

    @Test
    void onlyTrustedPeersAreBelievedIfThatIsAskedFor() throws Exception {
        Tracing trusted = Tracing.builder().trustedOnly(true).build();

        send(trusted, "traceparent", PARENT, "tracestate", "a=1");
        assertThat(sent().traceId()).isNotEqualTo(TRACE);
        assertThat(sent().state()).isEmpty();

        Pipeline.Builder trusting = Pipeline.builder().tracing(trusted).trust("127.0.0.0/8");
        send(trusting.addRoute("/**", origin), "traceparent", PARENT, "tracestate", "a=1");
        assertThat(sent().traceId()).isEqualTo(TRACE);
        assertThat(sent().state()).isEqualTo("a=1");

        ReverseProxy believing = ReverseProxy.builder(origin)
                .forwarding(Forwarding.builder().trust("127.0.0.0/8").build())
                .build();
        send(Pipeline.builder().tracing(trusted).addRoute("/**", believing), "traceparent", PARENT);
        assertThat(sent().traceId()).isEqualTo(TRACE);
    }

    @Test
    void aRewriteSeesTheFieldsAndMayDropThem() throws Exception {
        List<String> seen = new ArrayList<>();
        ReverseProxy own = ReverseProxy.builder(origin)
                .rewrite((incoming, outgoing) -> {
                    seen.addAll(outgoing.build().headers().all("traceparent"));
                    outgoing.removeHeader("traceparent").removeHeader("tracestate");
                })
                .build();
        send(Pipeline.builder().tracing(Tracing.DEFAULT).addRoute("/**", own), "traceparent", PARENT);

        assertThat(seen).singleElement().asString().startsWith("00-" + TRACE);
        assertThat(received().has("traceparent")).isFalse();
    }

    @Test
    void aHandlerOfTheServerFindsTheContextInTheExchange() throws Exception {
        List<TraceContext> found = new ArrayList<>();
        Pipeline.Builder server = Pipeline.builder().tracing(Tracing.DEFAULT).addRoute("/**", request -> {
            found.add(request.exchange().get(TraceContext.class));
            return ProxyResponse.of(200);
        });
        TestResponse response = send(server, "traceparent", PARENT);

        assertThat(found).containsExactly(response.record().trace());
    }

    @Test
    void theSamplerDecidesByTheParentOrAtARate() throws Exception {
        String unsampled = PARENT.substring(0, 53) + "00";
        Sampler never = Sampler.byParent(Sampler.NEVER);
        send(Tracing.builder().sampler(never).build(), "traceparent", PARENT);
        assertThat(sent().isSampled()).isTrue();
        send(Tracing.builder().sampler(never).build());
        assertThat(sent().isSampled()).isFalse();
        send(Tracing.DEFAULT, "traceparent", unsampled);
        assertThat(sent().isSampled()).isFalse();
        send(Tracing.builder().sampler(Sampler.rate(1)).build(), "traceparent", unsampled);
        assertThat(sent().isSampled()).isTrue();
        send(Tracing.builder().sampler(Sampler.rate(0)).build(), "traceparent", PARENT);
        assertThat(sent().isSampled()).isFalse();
        send(Tracing.builder()
                .sampler((context, parent, request) ->
                        request != null && request.headers().has("X-Trace"))
                .build());
        assertThat(sent().isSampled()).isFalse();
    }

    @Test
    void aRateIsDeterminedByTheTraceId() {
        Sampler tenth = Sampler.rate(0.1);
        Sampler half = Sampler.rate(0.5);
        RandomGenerator random = new Random(7);
        int count = 0;
        for (int i = 0; i < 10_000; i++) {
            TraceContext context = TraceContext.begin(random);
            boolean sampled = tenth.samples(context, null, null);
            assertThat(sampled).isEqualTo(tenth.samples(context.child(random), context, null));
            assertThat(!sampled || half.samples(context, null, null))
                    .as("a higher rate has these too")
                    .isTrue();
            count += sampled ? 1 : 0;
        }
        assertThat(count).isBetween(900, 1_100);
        assertThatThrownBy(() -> Sampler.rate(1.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rate")
                .hasMessageContaining("1.1");
    }

    @Test
    void whatUsersGiveMayFailWithoutAnyOtherEffect() throws Exception {
        SpanListener broken = span -> {
            throw new AssertionError("a listener's fault");
        };
        Tracing tracing =
                Tracing.builder().addListener(broken).addListener(spans::add).build();
        assertThat(send(tracing).status()).isEqualTo(200);
        Awaited.isTrue(() -> spans.size() == 2);

        Sampler failing = (context, parent, request) -> {
            throw new IllegalStateException("a sampler's fault");
        };
        assertThat(send(tracing.toBuilder().sampler(failing).build()).status()).isEqualTo(200);
        assertThat(sent().isSampled()).isFalse();

        RandomGenerator spent = () -> {
            throw new IllegalStateException("no more numbers");
        };
        assertThat(send(Tracing.builder().random(spent).build(), "traceparent", PARENT)
                        .status())
                .isEqualTo(200);
        assertThat(received().all("traceparent")).containsExactly(PARENT);
    }

    @Test
    void aSlowListenerDelaysNobody() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Tracing tracing = Tracing.builder()
                .addListener(span -> Awaited.latch(go))
                .addListener(spans::add)
                .build();
        for (int i = 0; i < 10; i++) {
            assertThat(send(tracing).status()).isEqualTo(200);
        }
        Awaited.isTrue(() -> spans.size() == 20);
        go.countDown();
    }

    @Test
    void aServerThatClosesHasToldAllSpansBeforeItClosesWhatBelongsToIt() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        SpanListener slow = span -> {
            told.countDown();
            Awaited.latch(go);
            order.add(span.kind().name());
        };
        ProxyServer server = ProxyServer.builder()
                .port(0)
                .tracing(Tracing.builder().addListener(slow).build())
                .addRoute("/**", origin)
                .addCloseable(() -> order.add("closed"))
                .build()
                .start();
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 200");
        }
        Awaited.latch(told);
        Signal closed = TimeSource.system().start("close", server::close);
        go.countDown();
        Awaited.signal(closed);

        assertThat(order).containsExactly("CLIENT", "SERVER", "closed");
    }

    @Test
    void aRequestThatCannotBeReadHasATraceToo() throws Exception {
        Tracing tracing = Tracing.builder().addListener(spans::add).build();
        try (ProxyServer server = ProxyServer.builder()
                        .port(0)
                        .tracing(tracing)
                        .addRoute("/**", origin)
                        .build()
                        .start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: a b\r\n\r\n");
            String answer = client.readAll();
            Awaited.isTrue(() -> !spans.isEmpty());

            Span span = spans.get(0);
            assertThat(answer).startsWith("HTTP/1.1 400").contains("\ntraceparent: " + span.context() + "\n");
            assertThat(span.name()).isEqualTo("HTTP");
            assertThat(span.attributes()).containsEntry("http.response.status_code", 400L);
        }
    }

    @ParameterizedTest
    @EnumSource(ForwardProxy.Masking.class)
    void aForwardProxySendsItUnlessNobodyMayLearnOfTheProxy(ForwardProxy.Masking masking) throws Exception {
        ForwardProxy proxy = ForwardProxy.builder()
                .addresses(AddressRule.ANY)
                .masking(masking)
                .build();
        try (ScriptedOrigin direct = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                });
                ProxyServer server = ProxyServer.builder()
                        .port(0)
                        .tracing(Tracing.DEFAULT)
                        .forward(proxy)
                        .build()
                        .start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET " + direct.uri() + "/ HTTP/1.1\r\nHost: "
                    + direct.uri().getAuthority() + "\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
            assertThat(direct.requests().get(0).contains("traceparent: 00-"))
                    .isEqualTo(masking != ForwardProxy.Masking.SILENT);
        }
    }
}
