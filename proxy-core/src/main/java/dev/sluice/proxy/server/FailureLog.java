package dev.sluice.proxy.server;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.RequestRecord;
import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each exchange that did not end well, once, when it ends. Our own faults have a stack trace; failures caused by
 * others are one line, as there may be many, and what was refused as too much, or failed beside the requests, is some lines a minute.
 */
final class FailureLog implements ExchangeListener {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.proxy.server.Pipeline");

    /**
     * Lines a minute about what was refused as too much, which whoever sends too much can cause at will; and about what
     * fails beside the requests, such as copies for a mirror that is down, which no client notices.
     */
    private static final int LIMITED_LINES = 20;

    private final Logger log;
    private final LogLimit overloaded;
    private final LogLimit detached;

    /** A log to the pipeline's own logger. */
    FailureLog(TimeSource time) {
        this(LOG, time);
    }

    FailureLog(Logger log, TimeSource time) {
        this.log = log;
        this.overloaded = new LogLimit(LIMITED_LINES, time::nanos);
        this.detached = new LogLimit(LIMITED_LINES, time::nanos);
    }

    @Override
    public void ended(ExchangeRecord record) {
        Outcome outcome = record.outcome();
        if (outcome == null || outcome == Outcome.COMPLETED) {
            return;
        }
        if (!record.isClients()) {
            detached.happened(times -> log(record, outcome, LogLimit.others(times)));
        } else if (outcome == Outcome.OVERLOADED) {
            overloaded.happened(times -> log(record, outcome, LogLimit.others(times)));
        } else {
            log(record, outcome, "");
        }
    }

    private void log(ExchangeRecord record, Outcome outcome, String others) {
        if (outcome == Outcome.FAILED) {
            log.error(
                    "{}: {} {}: {}{}",
                    what(record),
                    record.status(),
                    outcome,
                    reason(record),
                    others,
                    record.failure());
        } else if (outcome.blamesUpstream() || outcome == Outcome.NO_UPSTREAM) {
            log.warn("{}: {} {}: {}{}", what(record), record.status(), outcome, reason(record), others);
        } else {
            log.info("{}: {} {}: {}{}", what(record), record.status(), outcome, reason(record), others);
        }
    }

    private static String what(ExchangeRecord record) {
        RequestRecord request = record.request();
        String asked = request == null ? "a request of " + record.client().address() : request.toString();
        String named = record.requestId() == null ? asked : asked + " (" + record.requestId() + ")";
        return record.isClients() ? named : record.purpose() + " for " + named;
    }

    /**
     * The failure of the error page, else that of the attempt that failed last: then the response broke off after its
     * head, or it is a request of the proxy's own, for which no page is made.
     */
    private static String reason(ExchangeRecord record) {
        AttemptRecord last = null;
        for (AttemptRecord attempt : record.attempts()) {
            // An attempt that was given up for another one is not the cause.
            last = attempt.outcome() == Outcome.ABANDONED ? last : attempt;
        }
        ProxyException page = record.failure();
        if (page == null) {
            Throwable why = last == null ? null : last.failure();
            String cause = why == null ? "" : why.getMessage() + at(last);
            if (record.status() != 0 || (last != null && last.status() != 0)) {
                return "after the response's head" + (why == null ? "" : ", " + cause);
            }
            return why == null ? "before the response's head" : cause;
        }
        return page.getMessage() + (page.outcome().blamesUpstream() ? at(last) : "");
    }

    private static String at(@Nullable AttemptRecord attempt) {
        return attempt == null ? "" : " (attempt " + attempt.number() + " at " + attempt.upstream() + ")";
    }
}
