package dev.sluice.proxy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The cases of the test suite of W3C Trace Context, through a server and with bytes on the wire: of each name there, what it
 * sends and what it expects. TraceContextTest has those of the grammar one by one.
 */
@Timeout(60)
class TraceContextOnTheWireTest {
    private static final String TRACE = "12345678901234567890123456789012";
    private static final String SPAN = "1234567890123456";
    private static final String UNSAMPLED = "traceparent: 00-" + TRACE + "-" + SPAN + "-00";

    private final FakeUpstream origin = FakeUpstream.named("origin");
    private final ProxyServer server = ProxyServer.builder()
            .port(0)
            .tracing(Tracing.DEFAULT)
            .addRoute("/**", origin)
            .build();

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** What the origin gets of a request with these lines. */
    private Headers received(String... lines) throws IOException {
        int before = origin.requests().size();
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write(
                    "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n" + String.join("", crlf(lines)) + "\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 200");
        }
        return origin.requests().get(before).headers();
    }

    private static List<String> crlf(String... lines) {
        List<String> ended = new ArrayList<>();
        for (String line : lines) {
            ended.add(line + "\r\n");
        }
        return ended;
    }

    /** The context that goes on, which is always one valid field. */
    private TraceContext context(String... lines) throws IOException {
        Headers headers = received(lines);
        TraceContext context = TraceContext.read(headers);
        assertThat(context).as("%s", headers).isNotNull();
        assertThat(context).hasToString(headers.all("traceparent").get(0));
        assertThat(headers.all("tracestate")).hasSizeLessThan(2);
        return context;
    }

    private String state(String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of(UNSAMPLED));
        all.addAll(List.of(lines));
        TraceContext context = context(all.toArray(new String[0]));
        assertThat(context.traceId()).isEqualTo(TRACE);
        return context.state();
    }

    @Test
    void withoutAnyContextATraceBegins() throws IOException {
        assertThat(context().isRandom()).isTrue();
        assertThat(context().isSampled()).isTrue();
        assertThat(context().traceId()).isNotEqualTo(context().traceId());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "traceparent: 00-" + TRACE + "-" + SPAN + "-01",
                "TraceParent: 00-" + TRACE + "-" + SPAN + "-01",
                "TrAcEpArEnT: 00-" + TRACE + "-" + SPAN + "-01",
                "TRACEPARENT: 00-" + TRACE + "-" + SPAN + "-01",
                "traceparent:  00-" + TRACE + "-" + SPAN + "-01",
                "traceparent: \t00-" + TRACE + "-" + SPAN + "-01",
                "traceparent: 00-" + TRACE + "-" + SPAN + "-01 ",
                "traceparent: 00-" + TRACE + "-" + SPAN + "-01\t",
                "traceparent: \t 00-" + TRACE + "-" + SPAN + "-01 \t",
                "traceparent: cc-" + TRACE + "-" + SPAN + "-01",
                "traceparent: cc-" + TRACE + "-" + SPAN + "-01-what-the-future-will-be-like",
            })
    void aTraceIsContinuedByASpanOfItsOwn(String line) throws IOException {
        TraceContext context = context(line);

        assertThat(context.traceId()).isEqualTo(TRACE);
        assertThat(context.spanId()).isNotEqualTo(SPAN);
        assertThat(context.isSampled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "trace-parent: 00-" + TRACE + "-" + SPAN + "-01",
                "trace.parent: 00-" + TRACE + "-" + SPAN + "-01",
                "traceparent: 00-" + TRACE + "-" + SPAN + "-01.",
                "traceparent: 00-" + TRACE + "-" + SPAN + "-01-what-the-future-will-be-like",
                "traceparent: cc-" + TRACE + "-" + SPAN + "-01.what-the-future-will-be-like",
                "traceparent: ff-" + TRACE + "-" + SPAN + "-01",
                "traceparent: 0000-" + TRACE + "-" + SPAN + "-01",
                "traceparent: 00-" + TRACE + "-0000000000000000-01",
                "traceparent: 00-" + TRACE + "-" + SPAN + "-001",
                "traceparent: 00-00000000000000000000000000000000-" + SPAN + "-01",
            })
    void whatIsNotValidBeginsANewTrace(String line) throws IOException {
        assertThat(context(line, "tracestate: foo=1").traceId()).isNotIn(TRACE, "0".repeat(32));
        assertThat(context(line, "tracestate: foo=1").state()).isEmpty();
    }

    @Test
    void twoFieldsBeginANewTraceAndNeitherGoesOn() throws IOException {
        String other = "12345678901234567890123456789011";
        TraceContext context = context(UNSAMPLED, "traceparent: 00-" + other + "-" + SPAN + "-01");

        assertThat(context.traceId()).isNotIn(TRACE, other);
    }

    @Test
    void aStateWithoutAParentIsDropped() throws IOException {
        assertThat(context("tracestate: foo=1,bar=2").state()).isEmpty();
    }

    @Test
    void aStateGoesOnInOrderAndInOneLine() throws IOException {
        assertThat(state("tracestate: foo=1,bar=2", "TraceState: rojo=1,congo=2", "TRACESTATE: baz=3"))
                .isEqualTo("foo=1,bar=2,rojo=1,congo=2,baz=3");
        assertThat(state("tracestate: \t foo=1 \t , \t bar=2, \t baz=3 \t")).isEqualTo("foo=1,bar=2,baz=3");
        assertThat(state("tracestate:", "tracestate: foo=1")).isEqualTo("foo=1");
        assertThat(state("tracestate: foo=1", "tracestate:")).isEqualTo("foo=1");
        assertThat(state("tracestate: foo=1,foo=2", "tracestate: foo=3")).isEqualTo("foo=1");
        assertThat(received(UNSAMPLED, "tracestate:").has("tracestate")).isFalse();
    }

    @Test
    void aStateThatIsNotValidIsDroppedAndTheTraceIsContinued() throws IOException {
        for (String wrong : List.of("foo@=1,bar=2", "FOO=1", "foo =1", "foo.bar=1", "foo=bar=baz", "foo=,bar=3")) {
            assertThat(state("tracestate: " + wrong)).isEmpty();
        }
        assertThat(state("trace-state: foo=1", "trace.state: foo=1")).isEmpty();
    }

    @Test
    void theFlagOfRandomIdsGoesOn() throws IOException {
        TraceContext context = context("traceparent: 00-" + TRACE + "-" + SPAN + "-02");

        assertThat(context.isRandom()).isTrue();
        assertThat(context.isSampled()).isFalse();
    }

    @Test
    void eachRequestOfATraceHasASpanOfItsOwn() throws IOException {
        Set<String> spans = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            TraceContext context = context(UNSAMPLED);
            assertThat(context.traceId()).isEqualTo(TRACE);
            spans.add(context.spanId());
        }
        assertThat(spans).hasSize(3).doesNotContain(SPAN);
    }
}
