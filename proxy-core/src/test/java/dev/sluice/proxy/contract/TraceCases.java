package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.trace.Tracing;
import org.junit.jupiter.api.Test;

/** {@code traceparent} and {@code tracestate}. */
interface TraceCases extends Contract {
    String TRACED = http("""
            GET / HTTP/1.1
            Host: a.test
            TraceParent: \t00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
            tracestate: rojo=1 , congo=2
            TraceState: foo=3

            """);

    @Test
    @Section("W3C Trace Context §3.4")
    default void aTraceGoesOnWithASpanOfItsOwn() throws Exception {
        try (Proxied proxied =
                proxied().server(server -> server.tracing(Tracing.DEFAULT)).start()) {
            assertThat(proxied.ask(TRACED).status()).isEqualTo(200);

            TraceContext context = TraceContext.read(proxied.sent().headers());
            assertThat(context).isNotNull();
            assertThat(context.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(context.spanId()).isNotEqualTo("00f067aa0ba902b7");
            assertThat(context.isSampled()).isTrue();
            assertThat(proxied.sent().field("tracestate")).isEqualTo("rojo=1,congo=2,foo=3");
        }
    }

    @Test
    @Section("W3C Trace Context §3.2")
    default void aTraceBeginsWithoutOne() throws Exception {
        try (Proxied proxied =
                proxied().server(server -> server.tracing(Tracing.DEFAULT)).start()) {
            assertThat(proxied.ask(GET).status()).isEqualTo(200);

            assertThat(TraceContext.read(proxied.sent().headers())).isNotNull();
        }
    }

    @Test
    @Section("W3C Trace Context §3.4")
    default void aServerThatTakesNoPartInTracesChangesNothing() throws Exception {
        Message sent = sent(TRACED);

        assertThat(sent.headers().all("traceparent"))
                .containsExactly("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        assertThat(sent.headers().all("tracestate")).containsExactly("rojo=1 , congo=2", "foo=3");
    }
}
