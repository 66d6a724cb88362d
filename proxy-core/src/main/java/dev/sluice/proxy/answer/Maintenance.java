package dev.sluice.proxy.answer;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.error.ErrorHandler;
import dev.sluice.proxy.header.rule.Grpc;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.syntax.Cidr;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a server or a route for a while, by a switch that any thread may use at any time. While it is on, requests get 503
 * with {@code Retry-After} (RFC 9110 §10.2.3), before they are counted or authenticated; those that have begun, and open
 * tunnels, go on. Safe for use by many threads.
 *
 * <pre>{@code
 * Maintenance maintenance = Maintenance.builder().allowClients("10.0.0.0/8").allowPaths("/health").build();
 * ProxyServer.Builder server = ProxyServer.builder().addFilter(maintenance);
 * maintenance.on();
 * }</pre>
 *
 * <p>One switch may be for several servers and routes. It is off at first.
 */
public final class Maintenance implements ProxyFilter {
    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);

    /** On, and nobody knows for how long. */
    private static final Instant UNKNOWN = Instant.MIN;

    private final Duration retryAfter;
    private final @Nullable FixedAnswer page;
    private final List<Predicate<ProxyRequest>> allowed;

    /** When it is expected to end; null while it is off. */
    private volatile @Nullable Instant end;

    private Maintenance(Builder setup) {
        this.retryAfter = setup.retryAfter;
        this.page = setup.page;
        this.allowed = List.copyOf(setup.allowed);
    }

    /** A builder: lets nobody through, and has the standard error page. */
    public static Builder builder() {
        return new Builder();
    }

    /** Begins; clients are told to come again after the time of the builder. No effect but that if it has begun. */
    public void on() {
        turn(UNKNOWN);
    }

    /**
     * Begins; clients are told to come again at {@code expectedEnd}. It does not end by itself: after that time they are told
     * the time of the builder.
     */
    public void on(Instant expectedEnd) {
        turn(Objects.requireNonNull(expectedEnd, "expectedEnd"));
    }

    /** Ends. Has no effect if it is off. */
    public void off() {
        turn(null);
    }

    private synchronized void turn(@Nullable Instant next) {
        if ((end == null) != (next == null)) {
            LOG.info("maintenance is {}", next == null ? "off" : "on");
        }
        end = next;
    }

    /** Returns whether it is on. */
    public boolean isOn() {
        return end != null;
    }

    /** {@link Stage#DETOUR}. */
    @Override
    public Stage stage() {
        return Stage.DETOUR;
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        Instant until = end;
        if (until == null || isAllowed(request)) {
            return next.handle(request);
        }
        request.exchange().notes().note(() -> "maintenance: answered with 503");
        return page(request).toBuilder()
                .header(
                        "Retry-After",
                        String.valueOf(seconds(request.exchange().time().now(), until)))
                .header("Cache-Control", "no-store")
                .build();
    }

    private boolean isAllowed(ProxyRequest request) {
        for (Predicate<ProxyRequest> each : allowed) {
            if (each.test(request)) {
                return true;
            }
        }
        return false;
    }

    private ProxyResponse page(ProxyRequest request) {
        ProxyException why = ProxyException.refused(Outcome.REFUSED, 503, "down for maintenance");
        ProxyResponse shown = page != null ? page.handle(request) : ErrorHandler.standardPage(request, why);
        // A client of gRPC reads no page.
        return Grpc.is(request.headers()) ? Grpc.answer(shown, why) : shown;
    }

    /** Rounded up, so that nobody comes too early. */
    private long seconds(Instant now, Instant until) {
        Duration left = until.isAfter(now) ? Duration.between(now, until) : retryAfter;
        return left.plusNanos(999_999_999).toSeconds();
    }

    /** Collects the options. For one thread. */
    public static final class Builder {
        private Duration retryAfter = Duration.ofMinutes(1);
        private @Nullable FixedAnswer page;
        private final List<Predicate<ProxyRequest>> allowed = new ArrayList<>();

        private Builder() {}

        /**
         * Sets the time after which clients are told to come again if no end is known, in whole seconds, rounded up; 1 minute
         * by default.
         *
         * @throws IllegalArgumentException if it is 0 or negative
         */
        public Builder retryAfter(Duration time) {
            this.retryAfter = Require.positive("retryAfter", time);
            return this;
        }

        /**
         * Sets the page, which gets status 503; {@link ErrorHandler#standardPage} by default.
         *
         * @throws NullPointerException if it is null
         */
        public Builder page(FixedAnswer page) {
            this.page = page.withStatus(503);
            return this;
        }

        /**
         * Lets these clients through: that of the connection, or the one that a trusted peer names. Nobody by default.
         *
         * @param blocks addresses and blocks of them, such as {@code 10.0.0.0/8}
         * @throws IllegalArgumentException if there is none, or one is not a block of addresses
         */
        public Builder allowClients(String... blocks) {
            for (String text : Require.some("allowClients", blocks)) {
                Cidr block = Cidr.parse("allowClients", text);
                allowed.add(request -> {
                    InetAddress client =
                            request.exchange().record().forwardedClient().address();
                    return block.contains(client);
                });
            }
            return this;
        }

        /**
         * Lets requests for exactly these paths through, such as that of a health check; none by default.
         *
         * @throws IllegalArgumentException if there is none, or one does not begin with a slash
         */
        public Builder allowPaths(String... paths) {
            for (String path : Require.some("allowPaths", paths)) {
                if (!path.startsWith("/")) {
                    throw new IllegalArgumentException("allowPaths must begin with a slash: \"" + path + "\"");
                }
                allowed.add(request -> request.target().path().equals(path));
            }
            return this;
        }

        /** Lets requests that meet this condition through, which must not block; none by default. */
        public Builder allow(Predicate<ProxyRequest> condition) {
            allowed.add(Objects.requireNonNull(condition, "allow"));
            return this;
        }

        /** The switch, which is off. */
        public Maintenance build() {
            return new Maintenance(this);
        }
    }
}
