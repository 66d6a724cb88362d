package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.server.ReadinessCondition.Answer;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.event.EventRecordingLogger;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.SubstituteLogger;

/** What the log is told of a {@link Readiness}. */
class ReadinessLogTest {
    private final Queue<SubstituteLoggingEvent> events = new ConcurrentLinkedQueue<>();
    private final Logger logger = new EventRecordingLogger(new SubstituteLogger("readiness", events, true), events);
    private final ReadinessLog log = new ReadinessLog(logger, Duration.ofMillis(500));

    private void tell(Map<String, Answer> missing) {
        log.tell(List.copyOf(missing.keySet()), missing);
    }

    private List<String> lines() {
        List<String> lines = events.stream()
                .map(event -> event.getLevel() + " "
                        + MessageFormatter.arrayFormat(event.getMessage(), event.getArgumentArray())
                                .getMessage())
                .toList();
        events.clear();
        return lines;
    }

    @Test
    void eachChangeIsOneLine() {
        tell(Map.of("shop", Answer.NOT_MET));
        tell(Map.of("shop", Answer.NOT_MET));
        assertThat(lines()).containsExactly("INFO not ready: shop");
        tell(Map.of());
        tell(Map.of());
        assertThat(lines()).containsExactly("INFO ready");
        tell(Map.of("shop", Answer.NOT_MET));
        tell(Map.of("shop", Answer.NOT_MET));
        assertThat(lines()).containsExactly("WARN not ready: shop");
        tell(Map.of("keys", Answer.FAILED));
        tell(Map.of("keys", Answer.NONE));
        assertThat(lines())
                .containsExactly("WARN not ready: keys (failed)", "WARN not ready: keys (no answer within 500 ms)");
    }

    @Test
    void aServerThatClosesIsNoWarning() {
        tell(Map.of());
        tell(Map.of("server", Answer.NOT_MET));
        assertThat(lines()).containsExactly("INFO ready", "INFO not ready: server");
        Map<String, Answer> both = new LinkedHashMap<>();
        both.put("shop", Answer.NOT_MET);
        both.put("server", Answer.NOT_MET);
        tell(both);
        assertThat(lines()).containsExactly("WARN not ready: shop, server");
    }

    @Test
    void aConditionThatThrowsIsOneLineAMinute() throws Exception {
        IllegalStateException mistake = new IllegalStateException("a mistake");
        ReadinessCondition condition = new ReadinessCondition(
                logger,
                "keys",
                () -> {
                    throw mistake;
                },
                false);
        TimeSource time = TimeSource.system();
        for (int i = 0; i < 5; i++) {
            assertThat(condition.ask(time, Duration.ofSeconds(30)).await()).isEqualTo(Answer.FAILED);
        }

        assertThat(events).hasSize(1);
        assertThat(events.element().getThrowable()).isSameAs(mistake);
        assertThat(lines()).containsExactly("WARN the condition \"keys\" of readiness failed");
    }
}
