package dev.sluice.proxy.mirror;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.spi.Openable;
import dev.sluice.proxy.spi.UpstreamOpener;
import dev.sluice.proxy.spi.UpstreamSource;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends copies of a share of the requests to another upstream, such as the next version of a server, and drops the answers.
 * Clients notice nothing of it: a copy has its own task, what fails there is only counted, and if too many are in flight
 * the next ones are skipped. Safe for use by many threads.
 *
 * <pre>{@code
 * Mirror mirror = Mirror.builder("http://127.0.0.1:9100").share(0.05).build();
 * ProxyServer.Builder server = ProxyServer.builder().addFilter(mirror);
 * }</pre>
 *
 * <p>A copy is a {@linkplain Exchange#detached detached exchange} named {@code mirror}: it goes on if the client leaves, has
 * no line in the access log, and a draining server waits for it, at most for its {@linkplain Builder#timeout timeout}. It
 * has the fields of the request, also credentials, and those that a reverse proxy adds. A {@link ReverseProxy} as target can
 * change them with {@link ReverseProxy.Builder#rewrite}, for example to mark the copy.
 *
 * <p>Only GET and HEAD are copied unless {@link Builder#methods} names others, as another method may do something twice.
 * A body is copied while the request is served, and the copy is sent when it is complete, if it is not too long. What asks
 * for a tunnel is never copied.
 */
public final class Mirror implements ProxyFilter, Openable<ProxyFilter> {
    /** So much of an answer is read, to use its connection again; what has more is broken off. */
    private static final int DROPPED_BYTES = 64 * 1024;

    private final ProxyHandler target;
    private final Set<String> methods;
    private final int maxBodyBytes;
    private final Duration timeout;
    private final ChosenShare chosen;
    private final Copies copies;

    private Mirror(Builder setup) {
        this.target = setup.target;
        this.methods = Set.copyOf(setup.methods);
        this.maxBodyBytes = setup.maxBodyBytes;
        this.timeout = setup.timeout;
        this.chosen = new ChosenShare(setup.shareKey, setup.random);
        this.copies = new Copies(setup.maxInFlight, setup.share);
    }

    /** The same mirror, so with the same counts, with another target. */
    private Mirror(Mirror other, ProxyHandler target) {
        this.target = target;
        this.methods = other.methods;
        this.maxBodyBytes = other.maxBodyBytes;
        this.timeout = other.timeout;
        this.chosen = other.chosen;
        this.copies = other.copies;
    }

    /**
     * A builder of a mirror to one server, with the default rules of {@link ReverseProxy#to(String)}.
     *
     * @param url {@code http://host[:port][/path]} or {@code https://…}
     * @throws IllegalArgumentException if it is not of this form; the message shows it
     */
    public static Builder builder(String url) {
        return builder(ReverseProxy.to(url));
    }

    /** A builder of a mirror to one upstream, with the default rules of {@link ReverseProxy#to(Upstream)}. */
    public static Builder builder(Upstream upstream) {
        return builder(ReverseProxy.to(upstream));
    }

    /** A builder of a mirror to a pool, with the default rules of {@link ReverseProxy#to(UpstreamSource)}. */
    public static Builder builder(UpstreamSource upstreams) {
        return builder(ReverseProxy.to(upstreams));
    }

    /** A builder of a mirror to this handler, usually a {@link ReverseProxy} with rules of your own. */
    public static Builder builder(ProxyHandler target) {
        return new Builder(target);
    }

    /**
     * Changes the share of the requests, from the next one on.
     *
     * @throws IllegalArgumentException if it is not 0 to 1
     */
    public void share(double share) {
        copies.share(Require.within("share", 0, 1, share));
    }

    /** The share of the requests that is copied, from 0 to 1. */
    public double share() {
        return copies.share();
    }

    /** What became of the copies so far. */
    public Counts counts() {
        return copies.counts();
    }

    /** {@link Stage#INNERMOST}: what another filter refuses is not copied. */
    @Override
    public Stage stage() {
        return Stage.INNERMOST;
    }

    @Override
    public Mirror openedBy(UpstreamOpener transport) {
        return new Mirror(this, Openable.open(target, transport));
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        boolean fits = methods.contains(request.method()) && request.upgrade() == null;
        if (!fits || !chosen.has(request, copies.share())) {
            return next.handle(request);
        }
        if (request.body().length() > maxBodyBytes || !copies.take()) {
            copies.skipped();
            return next.handle(request);
        }
        if (request.body().repeatable()) {
            send(request, request.body());
            return next.handle(request);
        }
        CopiedBody body =
                new CopiedBody(request.body().length(), maxBodyBytes, bytes -> send(request, Body.of(bytes)), () -> {
                    copies.giveBack();
                    copies.skipped();
                });
        request.exchange().onEnd(outcome -> body.skip());
        return next.handle(request.toBuilder()
                .body(request.body().map(body::of, request.body().length()))
                .build());
    }

    /** Sends a copy on its own task. Never throws. */
    private void send(ProxyRequest request, Body body) {
        Exchange scope = request.exchange().detached("mirror", timeout);
        ProxyRequest copy = request.toBuilder()
                .exchange(scope)
                .body(body)
                .expectsContinue(false)
                .acceptsTrailers(false)
                .build();
        try {
            scope.time().start("mirror", () -> run(copy));
        } catch (RuntimeException | Error noThread) {
            copies.giveBack();
            copies.skipped();
            scope.end(Outcome.OVERLOADED);
        }
    }

    private void run(ProxyRequest copy) {
        Exchange scope = copy.exchange();
        copies.sent();
        Outcome how = Outcome.COMPLETED;
        try (ProxyResponse response = target.handle(copy)) {
            drop(response.body().open());
            copies.answered(response.status());
        } catch (Throwable cause) {
            ProxyException failure = ProxyException.of(cause);
            how = failure.outcome();
            copies.failed();
            scope.notes().failed(failure);
        } finally {
            copies.giveBack();
            scope.end(how);
        }
    }

    /** So much of it as is worth it, to use its connection again. */
    private static void drop(InputStream answer) throws IOException {
        byte[] buffer = new byte[8 * 1024];
        int count = 0;
        for (int n = 0; n >= 0 && count < DROPPED_BYTES; n = answer.read(buffer)) {
            count += n;
        }
    }

    /**
     * What became of the copies. Immutable.
     *
     * @param sent copies that were sent
     * @param answered those with an answer, whatever its status
     * @param serverErrors those of the answered ones with a status of 500 or above
     * @param failed those without an answer, or whose answer broke off
     * @param skipped copies that were not sent: too many in flight, a body that was too long or did not come whole
     */
    public record Counts(long sent, long answered, long serverErrors, long failed, long skipped) {
        // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Counts that && toString().equals(that.toString());
        }

        @Override
        public int hashCode() {
            return toString().hashCode();
        }

        /** All numbers with their names. */
        @Override
        public String toString() {
            return "sent " + sent + ", answered " + answered + ", server errors " + serverErrors + ", failed " + failed
                    + ", skipped " + skipped;
        }
    }

    /** Collects the options. For one thread. */
    public static final class Builder {
        private final ProxyHandler target;
        private double share = 1;
        private Set<String> methods = Set.of("GET", "HEAD");
        private int maxInFlight = 32;
        private int maxBodyBytes = 64 * 1024;
        private Duration timeout = Duration.ofSeconds(5);
        private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
        private RequestKey shareKey = request -> null;

        private Builder(ProxyHandler target) {
            this.target = Objects.requireNonNull(target, "target");
        }

        /**
         * Sets the share of the requests that is copied; 1, all of them, by default.
         *
         * @throws IllegalArgumentException if it is not 0 to 1
         */
        public Builder share(double share) {
            this.share = Require.within("share", 0, 1, share);
            return this;
        }

        /**
         * Sets by what the share is chosen: of the requests with one key, such as those of one client, all are copied or none.
         * More of a share adds keys and drops none, and each process chooses the same. A request without the key is
         * chosen by chance, and so is each request by default.
         */
        public Builder shareKey(RequestKey key) {
            this.shareKey = Objects.requireNonNull(key, "shareKey");
            return this;
        }

        /**
         * Sets the methods that are copied; GET and HEAD by default.
         *
         * @throws IllegalArgumentException if there is none, or one is not a method in capitals, or CONNECT; the message shows it
         */
        public Builder methods(String... names) {
            for (String name : Require.some("methods", names)) {
                requireMethod(name);
            }
            this.methods = Set.of(names);
            return this;
        }

        private static void requireMethod(String name) {
            if (!Headers.isToken(name) || name.equals("CONNECT")) {
                throw new IllegalArgumentException(
                        "methods has a name that is not a method to copy: \"" + Printable.of(name) + "\"");
            }
            String upper = name.toUpperCase(Locale.ROOT);
            if (!name.equals(upper)) {
                throw new IllegalArgumentException("methods are compared with case, and \"" + name
                        + "\" is not one that clients send: write \"" + upper + "\"");
            }
        }

        /**
         * Sets how many copies are in flight at once, also those whose body is still being copied; 32 by default. Above it they
         * are skipped.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxInFlight(int count) {
            this.maxInFlight = Require.positive("maxInFlight", count);
            return this;
        }

        /**
         * Sets the greatest length of a body that is copied; 64 KiB by default. A request with a longer one is not copied. All
         * copies together keep at most this many bytes for each one in flight.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxBodyBytes(int bytes) {
            this.maxBodyBytes = (int) Require.notNegative("maxBodyBytes", bytes);
            return this;
        }

        /**
         * Sets the time after which a copy is given up; 5 s by default.
         *
         * @throws IllegalArgumentException if it is 0 or negative
         */
        public Builder timeout(Duration time) {
            this.timeout = Require.positive("timeout", time);
            return this;
        }

        /** Sets where chance comes from; {@link ThreadLocalRandom} by default. Must be safe for use by many threads. */
        public Builder random(RandomGenerator random) {
            this.random = Objects.requireNonNull(random, "random");
            return this;
        }

        /** The mirror. */
        public Mirror build() {
            return new Mirror(this);
        }
    }
}
