package dev.sluice.proxy.http1;

import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.syntax.ReasonPhrase;
import java.nio.charset.StandardCharsets;

/** Status lines as bytes, made once for each registered status. */
final class StatusLines {
    private static final byte[][] REGISTERED = new byte[600][];

    static {
        for (int status = 100; status < REGISTERED.length; status++) {
            if (!ReasonPhrase.of(status).isEmpty()) {
                REGISTERED[status] = make(status);
            }
        }
    }

    private StatusLines() {}

    /** The line with its end. Not to be changed. */
    static byte[] of(int status) {
        Require.within("status", 100, 999, status);
        byte[] registered = status < REGISTERED.length ? REGISTERED[status] : null;
        return registered != null ? registered : make(status);
    }

    /** RFC 9112 §4: the space before the phrase stays when there is none. */
    private static byte[] make(int status) {
        return ("HTTP/1.1 " + status + ' ' + ReasonPhrase.of(status) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }
}
