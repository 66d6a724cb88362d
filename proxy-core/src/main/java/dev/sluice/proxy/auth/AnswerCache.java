package dev.sluice.proxy.auth;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.internal.Sha256;
import dev.sluice.proxy.syntax.FieldSet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers that count for a time, by what was asked. It keeps no credentials: its keys are hashes, with a secret of its own,
 * so nobody can choose what has which key. Safe for use by many threads.
 */
final class AnswerCache {
    /** What does not count in a key. */
    private static final FieldSet ONE_PATH = FieldSet.of("Via");

    private static final FieldSet ALL_PATHS = FieldSet.of("Via", "X-Forwarded-Method", "X-Forwarded-Uri");

    private final long keepNanos;
    private final int max;
    private final boolean perPath;
    private final byte[] secret = new byte[32];
    private final Map<String, Kept> answers = new LinkedHashMap<>();

    /** Until when it counts. As all are kept for the same time, the map has them in this order. */
    private record Kept(AuthAnswer answer, long untilNanos) {}

    AnswerCache(Duration keep, int max, boolean perPath) {
        this.keepNanos = Nanos.of(keep);
        this.max = max;
        this.perPath = perPath;
        new SecureRandom().nextBytes(secret);
    }

    boolean isOn() {
        return keepNanos > 0;
    }

    /** Whether an answer counts only for the same method, path and query. */
    boolean isPerPath() {
        return perPath;
    }

    /** The key of a question, by which its answer is kept. */
    String key(Headers question) {
        return perPath ? keyWithPath(question) : key(question, ALL_PATHS);
    }

    /** The key of a question and its method, path and query. */
    String keyWithPath(Headers question) {
        return key(question, ONE_PATH);
    }

    /** Names and lengths keep other fields with the same text apart. */
    private String key(Headers question, FieldSet ignored) {
        MessageDigest digest = Sha256.digest();
        digest.update(secret);
        question.forEach((name, value) -> {
            if (!ignored.has(name)) {
                update(digest, name);
                update(digest, value);
            }
        });
        return new String(digest.digest(), StandardCharsets.ISO_8859_1);
    }

    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    synchronized @Nullable AuthAnswer get(String key, long nanos) {
        Kept kept = answers.get(key);
        return kept == null || kept.untilNanos() <= nanos ? null : kept.answer();
    }

    synchronized void put(String key, AuthAnswer answer, long nanos) {
        answers.remove(key);
        answers.put(key, new Kept(answer, Nanos.after(nanos, keepNanos)));
        Iterator<Kept> oldest = answers.values().iterator();
        while (oldest.next().untilNanos() <= nanos || answers.size() > max) {
            oldest.remove();
        }
    }
}
