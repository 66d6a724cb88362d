package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.internal.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A request and its answer, as a file has them.
 *
 * @param target path and query, without secrets
 * @param fields of the request, without secrets
 * @param body of the request, without secrets
 * @param response its content is bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RecordedExchange(String method, String target, Headers fields, byte[] body, Reply response, byte[] content) {
    private static final int LONGEST_NAME = 60;
    private static final int HASH_DIGITS = 8;

    /** The same with another target and body of the request. */
    RecordedExchange withRequest(String changedTarget, byte[] changedBody) {
        return new RecordedExchange(method, changedTarget, fields, changedBody, response, content);
    }

    /** Whether it is for the same requests as another one. */
    boolean isFor(String otherMethod, String otherTarget, byte[] otherBody) {
        return method.equals(otherMethod) && target.equals(otherTarget) && Arrays.equals(body, otherBody);
    }

    /** The name of its file without its number: readable, and another one for each request. */
    String name() {
        String path = target.substring(0, (target + "?").indexOf('?'));
        StringBuilder name = new StringBuilder(plain(method));
        for (String segment : path.split("/", -1)) {
            if (!segment.isEmpty()) {
                name.append('-').append(plain(segment));
            }
        }
        name.setLength(Math.min(name.length(), LONGEST_NAME));
        byte[] head = (method + " " + target + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] whole = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        String hash = HexFormat.of().formatHex(Sha256.of(whole)).substring(0, HASH_DIGITS);
        return name.append('-').append(hash).toString();
    }

    /** A text as a part of a file's name, on every file system. */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(text);
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            boolean kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
            if (!kept) {
                plain.setCharAt(i, '-');
            }
        }
        return plain.toString();
    }
}
