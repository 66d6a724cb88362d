package dev.sluice.proxy.log;

import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.internal.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Which share of each route's lines is kept, and which lines these are. Safe for use by many threads. */
final class Shares {
    /** The digits of a trace id that are random also in its first level: the last seven bytes. */
    private static final int RANDOM_DIGITS = 18;

    /** The golden section: its multiples are spread evenly, however many of them are looked at. */
    private static final double STEP = 0.6180339887498949;

    private final double others;
    private final Map<String, Double> built;
    private final Map<String, Double> routes;
    private final AtomicLong counter = new AtomicLong();

    /**
     * @param others of the routes without a share of their own
     * @param built those that have one
     */
    Shares(double others, Map<String, Double> built) {
        this.others = others;
        this.built = Map.copyOf(built);
        this.routes = new ConcurrentHashMap<>(built);
    }

    static double require(double share) {
        return Require.within("share", 0, 1, share);
    }

    void keep(String route, double share) {
        routes.put(route, require(share));
    }

    void keepAsBuilt(String route) {
        Double share = built.get(route);
        if (share == null) {
            routes.remove(route);
        } else {
            routes.put(route, share);
        }
    }

    double of(@Nullable String route) {
        return route == null ? others : routes.getOrDefault(route, others);
    }

    /** Those of the routes that have one of their own now. */
    Map<String, Double> own() {
        return Collections.unmodifiableMap(new TreeMap<>(routes));
    }

    boolean keeps(ExchangeRecord record) {
        double share = of(record.route());
        return share >= 1 || (share > 0 && place(record) <= share);
    }

    /** A number above 0 and up to 1: the same for the same request at each hop, if it has an id. */
    private double place(ExchangeRecord record) {
        TraceContext trace = record.trace();
        if (trace != null) {
            // As consistent probability sampling of OpenTelemetry does: a share of lines is that of recorded traces.
            return 1 - Long.parseLong(trace.traceId(), RANDOM_DIGITS, 32, 16) * 0x1.0p-56;
        }
        String id = record.requestId();
        if (id != null) {
            byte[] hash = Sha256.of(id.getBytes(StandardCharsets.UTF_8));
            return ((ByteBuffer.wrap(hash).getLong() >>> 11) + 1) * 0x1.0p-53;
        }
        double place = counter.incrementAndGet() * STEP;
        return 1 - (place - Math.floor(place));
    }
}
