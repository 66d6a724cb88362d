package dev.sluice.proxy.tls;

import dev.sluice.proxy.tls.pem.PemFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The files of one side's TLS: what is in them, and the settings that they make. Immutable. */
final class FileSet {
    private final List<Pair> pairs;
    private final @Nullable Path trust;
    private final TlsSettings.Builder options;
    private final Object owner;

    /**
     * Files that belong together.
     *
     * @param password for the key, or null; never changed
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Pair(Path chain, Path key, char @Nullable [] password) {
        Pair {
            Objects.requireNonNull(chain, "chain");
            Objects.requireNonNull(key, "key");
        }
    }

    /** The text of each file at one time. */
    record Content(Map<Path, String> texts) {
        PemFile parse(Path file) {
            return PemFile.parse(file.toString(), texts.getOrDefault(file, ""));
        }

        // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Content that && texts.equals(that.texts);
        }

        @Override
        public int hashCode() {
            return texts.hashCode();
        }

        /** The names of the files; never a key. */
        @Override
        public String toString() {
            return texts.keySet().toString();
        }
    }

    /** @param owner all settings that are made for it count as the same */
    FileSet(List<Pair> pairs, @Nullable Path trust, TlsSettings.Builder options, Object owner) {
        this.pairs = List.copyOf(pairs);
        this.trust = trust;
        this.options = options;
        this.owner = owner;
    }

    /** Reads each file once. */
    Content read() {
        Map<Path, String> texts = new LinkedHashMap<>();
        for (Pair pair : pairs) {
            texts.computeIfAbsent(pair.chain(), PemFile::text);
            texts.computeIfAbsent(pair.key(), PemFile::text);
        }
        if (trust != null) {
            texts.computeIfAbsent(trust, PemFile::text);
        }
        return new Content(texts);
    }

    TlsSettings settings(Content content, Instant now) {
        List<TlsCertificate> certificates = new ArrayList<>();
        for (Pair pair : pairs) {
            certificates.add(
                    TlsCertificate.pem(content.parse(pair.chain()), content.parse(pair.key()), pair.password(), now));
        }
        TlsSettings.Builder settings = options.with(certificates, owner);
        if (trust != null) {
            settings.trust(TlsTrust.of(content.parse(trust).certificates()));
        }
        return settings.build();
    }

    /** The names of the files with certificates, or that of the authorities if there are none. */
    @Override
    public String toString() {
        return pairs.isEmpty()
                ? String.valueOf(trust)
                : pairs.stream().map(Pair::chain).toList().toString();
    }
}
