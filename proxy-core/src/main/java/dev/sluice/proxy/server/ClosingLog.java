package dev.sluice.proxy.server;

import dev.sluice.proxy.internal.DurationText;
import java.time.Duration;
import org.slf4j.Logger;

/** What the log is told of the end of a server: one line for each phase, so that it shows when each has begun. Immutable. */
final class ClosingLog {
    private final Logger logger;
    private final String server;

    /** @param server its URL, as there may be several in a process */
    ClosingLog(Logger logger, String server) {
        this.logger = logger;
        this.server = server;
    }

    void lameDuck(Duration time, int exchanges) {
        logger.info(
                "{} is not ready any more, and serves as before for {}; exchanges: {}",
                server,
                DurationText.of(time),
                exchanges);
    }

    void drains(Duration time, int exchanges) {
        logger.info(
                "{} accepts nothing more, and drains for {} at most; exchanges: {}",
                server,
                DurationText.of(time),
                exchanges);
    }

    void aborts(Duration time, int exchanges) {
        logger.warn("{} exchanges did not end within {}, they are aborted", exchanges, DurationText.of(time));
    }

    void closed() {
        logger.info("{} is closed", server);
    }
}
