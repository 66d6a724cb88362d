package dev.sluice.proxy.cache.disk;

import java.io.IOException;

/** What a file has is not what was written to it. */
final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
        super(message);
    }
}
