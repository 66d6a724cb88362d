package dev.sluice.proxy.limit;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.key.RequestKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * How many bytes of bodies and tunnels go through in a second for each key, in each direction. Nothing is refused: what is
 * too fast waits, in turn with the other exchanges of the same key, so that each gets its part. By default the key is the
 * client: its IPv4 address, or its IPv6 network of 64 bits; with the route as the key, all its clients share the rate.
 *
 * <pre>{@code
 * Route.path("/downloads/**").addFilter(Bandwidth.perSecond(1_000_000));
 * }</pre>
 *
 * <p>Heads do not count. The bytes pass in pieces of 50 ms, at most 16 KiB, and nothing else is kept in memory: the other
 * side is read more slowly. That is no silence for {@link Timeouts#idle()} and {@link Timeouts#minRate()}, but {@link
 * Timeouts#total()} goes on. A place in another limit is kept meanwhile. One object counts for all the places that it is
 * added to; a copy made by {@code with…} counts for itself. Safe for use by many threads.
 */
public final class Bandwidth implements ProxyFilter {
    private static final int GREATEST_PIECE = 16 * 1024;
    private static final int PIECES_A_SECOND = 20;
    private static final long MOST_BYTES = 1_000_000_000;

    private final TokenBucket rule;
    private final CountedKey key;
    private final int piece;
    private final MemoryCounters uploads = new MemoryCounters(Counters.DEFAULT_KEYS);
    private final MemoryCounters downloads = new MemoryCounters(Counters.DEFAULT_KEYS);

    private Bandwidth(TokenBucket rule, CountedKey key) {
        this.rule = rule;
        this.key = key;
        this.piece = (int) Math.max(1, Math.min(GREATEST_PIECE, rule.tokens() / PIECES_A_SECOND));
    }

    /**
     * This number of bytes a second for each client, and a tenth of it at once.
     *
     * @throws IllegalArgumentException if it is not 1 to 1,000,000,000
     */
    public static Bandwidth perSecond(long bytes) {
        if (bytes < 1 || bytes > MOST_BYTES) {
            throw new IllegalArgumentException("bandwidth bytes must be 1 to " + MOST_BYTES + ": " + bytes);
        }
        return new Bandwidth(new TokenBucket(bytes, Duration.ofSeconds(1), Math.max(1, bytes / 10)), CountedKey.CLIENT);
    }

    /**
     * The same with another number of bytes that pass at once, after a pause; by default, a tenth of a second's.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Bandwidth withBurst(long bytes) {
        long burst = Require.positive("bandwidth burst", bytes);
        return new Bandwidth(new TokenBucket(rule.tokens(), rule.period(), burst), key);
    }

    /** The same by another key; by default, by the client's address of IPv4 or its 64 bits of IPv6. */
    public Bandwidth withKey(RequestKey key) {
        return new Bandwidth(rule, this.key.by(key));
    }

    /** The same with another rule for requests without the key; {@link NoKey#SHARED} by default. */
    public Bandwidth withNoKey(NoKey what) {
        return new Bandwidth(rule, key.without(what));
    }

    /** Where the key is known: before or after authentication. */
    @Override
    public Stage stage() {
        return key.stage();
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        String counted = key.of(request);
        if (counted == null) {
            return next.handle(request);
        }
        Exchange scope = request.exchange();
        Body upload = paced(request.body(), uploads, counted, scope);
        ProxyResponse response = next.handle(request.toBuilder().body(upload).build());
        Tunnel tunnel = response.tunnel();
        return response.toBuilder()
                .body(paced(response.body(), downloads, counted, scope))
                .tunnel(tunnel == null ? null : new PacedTunnel(tunnel, counted, scope))
                .build();
    }

    private Body paced(Body body, MemoryCounters buckets, String counted, Exchange scope) {
        return body.length() == 0
                ? body
                : body.map(in -> pacer(buckets, counted, scope).input(in), body.length());
    }

    private Pacer pacer(MemoryCounters buckets, String counted, Exchange scope) {
        return new Pacer(buckets, rule, piece, counted, scope);
    }

    /** The rate, and by what it counts. */
    @Override
    public String toString() {
        return "Bandwidth[" + rule.tokens() + " bytes a second by " + key + ']';
    }

    private final class PacedTunnel implements Tunnel {
        private final Tunnel tunnel;
        private final InputStream in;
        private final OutputStream out;

        private PacedTunnel(Tunnel tunnel, String counted, Exchange scope) {
            this.tunnel = tunnel;
            this.in = pacer(downloads, counted, scope).input(tunnel.in());
            this.out = pacer(uploads, counted, scope).output(tunnel.out());
        }

        @Override
        public String protocol() {
            return tunnel.protocol();
        }

        @Override
        public InputStream in() {
            return in;
        }

        @Override
        public OutputStream out() {
            return out;
        }

        @Override
        public void shutdownOutput() throws IOException {
            tunnel.shutdownOutput();
        }

        @Override
        public void close() {
            tunnel.close();
        }
    }
}
