package dev.sluice.proxy.server;

import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.server.ReadinessCondition.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Tells the log of each change of a {@link Readiness}, once. Safe for use by many threads. */
final class ReadinessLog {
    private final Logger log;
    private final Duration timeout;

    /** What was told last; null before the first probe. */
    private @Nullable String told;

    private boolean hasBeenReady;

    ReadinessLog(Logger log, Duration timeout) {
        this.log = log;
        this.timeout = timeout;
    }

    /**
     * A probe has found this.
     *
     * @param missing the names of what is not met
     * @param answers of all conditions, by name
     */
    synchronized void tell(List<String> missing, Map<String, Answer> answers) {
        String now = missing.stream()
                .map(name -> name + why(answers.getOrDefault(name, Answer.NOT_MET)))
                .collect(Collectors.joining(", "));
        if (now.equals(told)) {
            return;
        }
        told = now;
        if (missing.isEmpty()) {
            hasBeenReady = true;
            log.info("ready");
        } else if (hasBeenReady && !missing.equals(List.of(Readiness.SERVER))) {
            log.warn("not ready: {}", now);
        } else {
            // It begins, or somebody closes it.
            log.info("not ready: {}", now);
        }
    }

    private String why(Answer answer) {
        return switch (answer) {
            case FAILED -> " (failed)";
            case NONE -> " (no answer within " + DurationText.of(timeout) + ")";
            default -> "";
        };
    }
}
