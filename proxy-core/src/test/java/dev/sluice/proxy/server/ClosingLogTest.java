package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.time.Signal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.event.EventRecordingLogger;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.SubstituteLogger;

/** What the log is told of the end of a server. */
class ClosingLogTest {
    private final Queue<SubstituteLoggingEvent> events = new ConcurrentLinkedQueue<>();
    private final Logger logger = new EventRecordingLogger(new SubstituteLogger("server", events, true), events);
    private final ClosingLog log = new ClosingLog(logger, "http://127.0.0.1:8080");

    private void close(Duration lameDuck) {
        Signal settled = new Signal();
        settled.fire();
        Listener listener = new Listener() {
            @Override
            public InetSocketAddress address() {
                return new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
            }

            @Override
            public Signal stopAccepting() {
                return settled;
            }

            @Override
            public void close() {}
        };
        try (ProxyServer idle = ProxyServer.builder().build()) {
            Pipeline pipeline = idle.pipeline();
            new Closing(listener, pipeline.exchanges(), pipeline.draining(), pipeline.time(), log)
                    .run(lameDuck, Duration.ofSeconds(30), Duration.ofSeconds(5));
        }
    }

    private List<String> lines() {
        return events.stream()
                .map(event -> event.getLevel() + " "
                        + MessageFormatter.arrayFormat(event.getMessage(), event.getArgumentArray())
                                .getMessage())
                .toList();
    }

    @Test
    void eachPhaseIsALineWithTheServer() {
        close(Duration.ofMillis(1));
        assertThat(lines())
                .containsExactly(
                        "INFO http://127.0.0.1:8080 is not ready any more, and serves as before for 1 ms; exchanges: 0",
                        "INFO http://127.0.0.1:8080 accepts nothing more, and drains for 30 s at most; exchanges: 0",
                        "INFO http://127.0.0.1:8080 is closed");
    }

    @Test
    void withoutALameDuckThereIsNoLineOfIt() {
        close(Duration.ZERO);
        assertThat(lines())
                .containsExactly(
                        "INFO http://127.0.0.1:8080 accepts nothing more, and drains for 30 s at most; exchanges: 0",
                        "INFO http://127.0.0.1:8080 is closed");
    }

    @Test
    void whatIsAbortedIsAWarning() {
        log.aborts(Duration.ofSeconds(30), 2);
        assertThat(lines()).containsExactly("WARN 2 exchanges did not end within 30 s, they are aborted");
    }
}
