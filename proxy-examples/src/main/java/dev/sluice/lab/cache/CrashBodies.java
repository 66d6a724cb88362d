package dev.sluice.lab.cache;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Random;

/** Responses that tell by their stamp what they have. */
final class CrashBodies {
    private static final int LONGEST = 300_000;

    private CrashBodies() {}

    static String key(int number) {
        return "http://lab.test/" + number;
    }

    static StoredHead head(int key, long stamp) {
        return StoredHead.builder(key(key), 200)
                .headers(Headers.of("ETag", "\"" + stamp + '"', "X-Length", "x".repeat((int) (stamp * 31 % 3_000))))
                .stamp(stamp)
                .build();
    }

    static byte[] body(int key, long stamp) {
        Random random = new Random(31 * stamp + key);
        int length = random.nextInt(10) == 0 ? random.nextInt(LONGEST) : random.nextInt(6_000);
        byte[] body = new byte[length];
        random.nextBytes(body);
        return body;
    }

    /** What is wrong with a response, in words, or an empty text. It may have been dropped for room in the meantime. */
    static String fault(int key, StoredResponse response) {
        StoredHead head = response.head();
        StoredHead expected =
                head(key, head.stamp()).toBuilder().stale(head.stale()).build();
        if (!Arrays.equals(head.encode(), expected.encode())) {
            return "has another head: " + head;
        }
        byte[] body = body(key, head.stamp());
        if (response.length() != body.length) {
            return "has " + response.length() + " bytes and not " + body.length;
        }
        try (StoredBody open = response.open()) {
            byte[] buffer = new byte[10_000];
            int at = 0;
            while (at < body.length) {
                int read = open.read(at, buffer, 0, buffer.length);
                if (read < 0 || !Arrays.equals(buffer, 0, read, body, at, at + read)) {
                    return "has a wrong body after " + at + " bytes";
                }
                at += read;
            }
            return open.read(at, buffer, 0, 1) < 0 ? "" : "has a longer body";
        } catch (NoSuchFileException dropped) {
            return "";
        } catch (IOException failure) {
            return "cannot be read: " + failure;
        }
    }
}
