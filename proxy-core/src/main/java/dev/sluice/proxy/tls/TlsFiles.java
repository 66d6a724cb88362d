package dev.sluice.proxy.tls;

import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS settings with certificates, authorities to trust, or both from PEM files, which are read again when they have
 * changed. Safe for use by many threads.
 *
 * <pre>{@code
 * TlsFiles files = TlsFiles.builder()
 *         .addPem(Path.of("shop.pem"), Path.of("shop-key.pem"))
 *         .build();
 * ProxyServer server = ProxyServer.builder().tls(files).addCloseable(files).build();
 * }</pre>
 *
 * <p>The files are looked at once a minute, by their content. If they have changed and are right, they take effect for
 * new connections at once, all together; open connections go on. If they are not right, such as half written, not
 * belonging together, or expired, they are read once more, as they may have been replaced just then. If they still are not
 * right, the ones before stay, and the log says so once. The log also warns once before the
 * certificates expire.
 */
public final class TlsFiles implements ServerTls, OriginTls, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

    private final FileSet files;
    private final Duration interval;
    private final Duration warnBefore;
    private final Listener listener;
    private final TimeSource time;

    /** Guards all that follows, except that the status is also read without it. */
    private final Object lock = new Object();

    private FileSet.Content content;
    /** The last files that could be read and were refused, or null if none were since the last ones in force. */
    private FileSet.@Nullable Content refused;

    private boolean warned;
    private boolean closed;
    private TimeSource.Scheduled next = () -> {};
    private volatile Status status;

    private TlsFiles(Builder setup) {
        this.files = new FileSet(setup.pairs, setup.trust, setup.options, this);
        this.interval = setup.interval;
        this.warnBefore = setup.warnBefore;
        this.listener = setup.listener;
        this.time = setup.time;
        Instant now = time.now();
        Attempt first = new Attempt(files.read());
        this.status = new Status(first.settings(files, now), now, "");
        this.content = first.content;
        warnIfDue(now);
        schedule();
    }

    /** A builder without any files. */
    public static Builder builder() {
        return new Builder();
    }

    /** The settings in force, for every name. */
    @Override
    public TlsSettings settings(@Nullable String serverName) {
        return status.settings();
    }

    /** The settings in force. */
    @Override
    public TlsSettings settings() {
        return status.settings();
    }

    /** What is in force. */
    public Status status() {
        return status;
    }

    /**
     * Looks at the files now, and puts them in force if they have changed.
     *
     * @return whether they had changed
     * @throws IllegalArgumentException if they are refused, and the ones before stay; the message names the file, the
     *     block in it and the reason
     */
    public boolean reload() {
        synchronized (lock) {
            Instant now = time.now();
            Attempt read = null;
            try {
                read = new Attempt(files.read());
                boolean changed = !read.content.equals(content);
                if (changed) {
                    TlsSettings made = read.settings(files, now);
                    content = read.content;
                    become(made, now);
                } else if (!status.problem().isEmpty()) {
                    LOG.info("the TLS files {} are again those that are in force", files);
                    status = new Status(status.settings(), status.since(), "");
                }
                refused = null;
                warnIfDue(now);
                return changed;
            } catch (IllegalArgumentException fault) {
                refuse(String.valueOf(fault.getMessage()), read == null ? null : read.content);
                warnIfDue(now);
                throw fault;
            }
        }
    }

    /** What was read last, to make settings of. */
    private static final class Attempt {
        private FileSet.Content content;

        Attempt(FileSet.Content content) {
            this.content = content;
        }

        /**
         * The settings from what was read. If that was wrong it is read once more: some may have been replaced after the
         * first of them was read, and before the last.
         */
        TlsSettings settings(FileSet files, Instant now) {
            try {
                return files.settings(content, now);
            } catch (IllegalArgumentException fault) {
                content = files.read();
                return files.settings(content, now);
            }
        }
    }

    private void become(TlsSettings settings, Instant now) {
        Status changed = new Status(settings, now, "");
        status = changed;
        warned = false;
        LOG.info("new TLS files are in force: {}{}", files, changed.until());
        time.handOff("listener of TLS files", () -> listener.changed(changed));
    }

    private void refuse(String problem, FileSet.@Nullable Content read) {
        // The reason may have the time in it.
        boolean again = read == null ? problem.equals(status.problem()) : read.equals(refused);
        refused = read;
        if (!again) {
            Status refusal = new Status(status.settings(), status.since(), problem);
            status = refusal;
            LOG.warn("the TLS files are refused, the ones before stay in force{}: {}", refusal.until(), problem);
            time.handOff("listener of TLS files", () -> listener.refused(refusal));
        }
    }

    private void warnIfDue(Instant now) {
        Status current = status;
        Optional<Instant> end =
                current.expiresAt().filter(at -> Duration.between(now, at).compareTo(warnBefore) <= 0);
        if (!warned && end.isPresent()) {
            warned = true;
            LOG.warn("the TLS certificates of {} expire at {}", files, end.get());
            time.handOff("listener of TLS files", () -> listener.expiring(current));
        }
    }

    private void schedule() {
        synchronized (lock) {
            if (!closed) {
                next = time.schedule(interval, this::begin);
            }
        }
    }

    private void begin() {
        try {
            time.startNative("TLS files", this::look);
        } catch (RuntimeException | Error noThread) {
            LOG.warn("there is no thread to look at the TLS files {} on; they are looked at later", files, noThread);
            schedule();
        }
    }

    private void look() {
        try {
            synchronized (lock) {
                if (!closed) {
                    reload();
                }
            }
        } catch (IllegalArgumentException fault) {
            LOG.debug("the TLS files are refused", fault);
        } finally {
            schedule();
        }
    }

    /** Looks at the files no more, unless asked by {@link #reload}. What is in force stays. Has no effect the second time. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            next.cancel();
        }
    }

    /**
     * What is in force.
     *
     * @param settings for new connections
     * @param since when they took effect
     * @param problem why newer files are refused; empty if none are
     */
    public record Status(TlsSettings settings, Instant since, String problem) {
        /** When the first of the certificates expires; empty if the files have only authorities. */
        public Optional<Instant> expiresAt() {
            return settings.expiresAt();
        }

        private String until() {
            return expiresAt().map(end -> " until " + end).orElse("");
        }
    }

    /**
     * Is told what becomes of the files. Each call is handed off ({@link TimeSource#handOff}), so it may block, and two calls
     * that follow each other closely may overlap. Each method does nothing by default.
     */
    public interface Listener {
        /** New files are in force. */
        default void changed(Status status) {}

        /** New files are refused, for another reason than before. */
        default void refused(Status status) {}

        /** The certificates in force expire soon; told once for each. */
        default void expiring(Status status) {}
    }

    /** Collects options. For one thread. */
    public static final class Builder {
        private final List<FileSet.Pair> pairs = new ArrayList<>();
        private @Nullable Path trust;
        private TlsSettings.Builder options = TlsSettings.builder();
        private Duration interval = Duration.ofMinutes(1);
        private Duration warnBefore = Duration.ofDays(14);
        private Listener listener = new Listener() {};
        private TimeSource time = TimeSource.system();

        private Builder() {}

        /** Adds a certificate with a key that is not encrypted; see {@link TlsCertificate#pem(Path, Path)}. */
        public Builder addPem(Path chain, Path key) {
            pairs.add(new FileSet.Pair(chain, key, null));
            return this;
        }

        /** Adds a certificate with an encrypted key; see {@link TlsCertificate#pem(Path, Path, char[])}. */
        public Builder addPem(Path chain, Path key, char[] password) {
            pairs.add(new FileSet.Pair(chain, key, password.clone()));
            return this;
        }

        /**
         * Sets the file with the authorities to trust, see {@link TlsTrust#pem}; by default the trust of {@link #options}. For
         * an origin it may be the only file.
         */
        public Builder trust(Path file) {
            this.trust = Objects.requireNonNull(file, "trust");
            return this;
        }

        /**
         * Sets all that is not in the files: versions, whether clients need a certificate, and so on; the defaults of {@link
         * TlsSettings} by default. They are copied.
         *
         * @throws IllegalArgumentException if they have certificates of their own
         */
        public Builder options(TlsSettings.Builder others) {
            this.options = others.withoutCertificates();
            return this;
        }

        /**
         * Sets how often the files are looked at; 1 min by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder interval(Duration time) {
            this.interval = Require.positive("interval", time);
            return this;
        }

        /**
         * Sets how long before the first certificate expires the log warns; 14 days by default.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder warnBefore(Duration time) {
            this.warnBefore = Require.notNegative("warnBefore", time);
            return this;
        }

        /** Sets who is told what becomes of the files; nobody by default. */
        public Builder listener(Listener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /** Sets the clock; the system's by default. */
        public Builder time(TimeSource time) {
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /**
         * Reads the files, and begins to look at them.
         *
         * @throws IllegalArgumentException if there are none, or they are wrong; the message names the file, the block in it
         *     and the reason
         */
        public TlsFiles build() {
            if (pairs.isEmpty() && trust == null) {
                throw new IllegalArgumentException("files must be added with addPem, or with trust: there are none");
            }
            return new TlsFiles(this);
        }
    }
}
