package dev.sluice.balancer.pairs;

import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One combination of documented options. */
record Row(Over over, Tls tls, Leads leads, Pooled pooled, Piped piped, Routed routed, Closes closes) {
    private static final long SEED = 8;

    /** The server's transport. */
    enum Over {
        NONE,
        SHARED,
        OWN,
        JDK
    }

    enum Tls {
        NONE,
        CONTEXT,
        BY_NAME
    }

    /** The target of the route. */
    enum Leads {
        URL,
        UPSTREAM,
        POOL,
        POOL_WITH_TRANSPORT,
        POOL_WITH_HTTP_PROBES,
        POOL_WITH_TCP_PROBES,
        POOL_WITH_PROBE_PORT,
        SPLIT,
        POOL_FILLED_LATER,
        NESTED
    }

    /** Options of pools. */
    enum Pooled {
        NONE,
        RETRY,
        HEDGE,
        PARKING,
        LIMIT,
        BREAKER,
        AFFINITY,
        SLOW_START,
        NO_EJECTION,
        ZONE
    }

    /** Options of the pipeline. */
    enum Piped {
        NONE,
        PAGES,
        LOG,
        TRUST,
        PATHS,
        LIMITS,
        MIN_RATE,
        TIMEOUTS
    }

    /** Options of the route. */
    enum Routed {
        NONE,
        STRIP_PREFIX,
        UPGRADE,
        TIMEOUTS,
        TRAILERS,
        FILTER,
        CACHE
    }

    /** How the server is closed. */
    enum Closes {
        CLOSE,
        PHASES,
        OWNS,
        DAEMON
    }

    static List<Row> all() {
        return AllPairs.rows(
                        SEED,
                        Over.values().length,
                        Tls.values().length,
                        Leads.values().length,
                        Pooled.values().length,
                        Piped.values().length,
                        Routed.values().length,
                        Closes.values().length)
                .stream()
                .map(row -> new Row(
                        Over.values()[row[0]],
                        Tls.values()[row[1]],
                        Leads.values()[row[2]],
                        Pooled.values()[row[3]],
                        Piped.values()[row[4]],
                        Routed.values()[row[5]],
                        Closes.values()[row[6]]))
                .toList();
    }

    /** A part of the message with which this combination is refused; null if it is accepted. */
    @Nullable
    String refusal() {
        if (over != Over.JDK) {
            return null;
        }
        if (tls == Tls.BY_NAME) {
            return "tls(ServerTls) needs ";
        }
        return switch (routed) {
            case UPGRADE -> "needs tunnels";
            case TRAILERS -> "needs trailers";
            default -> null;
        };
    }

    boolean hasPool() {
        return !EnumSet.of(Leads.URL, Leads.UPSTREAM).contains(leads);
    }

    /** Returns whether the JDK's client sends the requests. */
    boolean jdkUpstream() {
        return leads == Leads.POOL_WITH_TRANSPORT ? over != Over.JDK : over == Over.JDK && leads != Leads.UPSTREAM;
    }
}
