package dev.sluice.proxy.auth;

import dev.sluice.proxy.Principal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Decides whose a bearer token is, such as by its signature. Called from many threads at once, for each request; may block. */
@FunctionalInterface
public interface TokenVerifier {
    /**
     * Returns whose the token is; null if it is nobody's, has expired or was made for somebody else. The attributes of the
     * principal may have its claims.
     *
     * @param token as it was sent: letters, digits and {@code -._~+/=} (RFC 6750 §2.1). Never log it
     * @throws IOException if it cannot be decided now, such as because keys cannot be fetched: the client gets 503
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    @Nullable
    Principal verify(String token) throws IOException, InterruptedException;
}
