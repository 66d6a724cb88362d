package dev.sluice.proxy.http1;

import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.syntax.Ascii;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code HTTP-version}: {@code HTTP/}, a digit, a point, a digit; in capitals (RFC 9112 §2.3). */
final class VersionText {
    /** Bytes of it. */
    static final int LENGTH = 8;

    private static final byte[] NAME = {'H', 'T', 'T', 'P', '/'};

    private VersionText() {}

    /**
     * Reads it, and uses nothing up.
     *
     * @param from its offset in {@code in}
     * @return ten times the major and once the minor version
     */
    static int read(InputBuffer in, int from, Side side) throws IOException {
        for (int i = 0; i < NAME.length; i++) {
            if (in.at(from + i) != NAME[i]) {
                throw side.malformed("no version of HTTP where it belongs");
            }
        }
        int major = digit(in.at(from + 5), side);
        if (in.at(from + 6) != '.') {
            throw side.malformed("the version of HTTP is not two digits with a point between");
        }
        return 10 * major + digit(in.at(from + 7), side);
    }

    /** The version to treat a message of this number as, or null when it is none of HTTP/1. */
    static @Nullable HttpVersion of(int number) {
        if (number < 10 || number > 19) {
            return null;
        }
        // RFC 9110 §6.2: a higher minor version is processed as the highest that is implemented.
        return number == 10 ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1;
    }

    private static int digit(byte c, Side side) throws IOException {
        if (!Ascii.isDigit(c)) {
            throw side.malformed("the version of HTTP is not two digits with a point between");
        }
        return c - '0';
    }
}
