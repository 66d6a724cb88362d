package dev.sluice.proxy.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** The key of a WebSocket's opening handshake, and the answer to it (RFC 6455 §4). Pure functions, but for the random. */
public final class WebSocketKey {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private WebSocketKey() {}

    /** A new value of {@code Sec-WebSocket-Key}. */
    public static String next() {
        byte[] key = new byte[BYTES];
        RANDOM.nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    /** Returns whether a value of {@code Sec-WebSocket-Key} is one. */
    public static boolean is(String key) {
        try {
            return Base64.getDecoder().decode(key).length == BYTES;
        } catch (IllegalArgumentException noBase64) {
            return false;
        }
    }

    /** The value of {@code Sec-WebSocket-Accept} for a key (RFC 6455 §4.2.2). */
    public static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-1", impossible);
        }
    }
}
