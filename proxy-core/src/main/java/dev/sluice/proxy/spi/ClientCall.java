package dev.sluice.proxy.spi;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Tunnel;
import java.io.IOException;
import java.io.InputStream;

/**
 * One request of a client and its response on a listener's wire: a connection of HTTP/1.1 while it carries them, one
 * stream of a connection with many, or an exchange of another server. An {@link ExchangeRun} drives it. An
 * implementation knows the bytes, but no rule of an exchange.
 *
 * <p>{@link #request} is called first and once, on the thread of the run, and {@link #respond} or {@link #tunnel} at
 * most once after it. {@link #stopReading} and {@link #cut} may be called from any thread, also the clock's, at any
 * time and more than once: they must not block.
 */
public interface ClientCall {
    /**
     * The request, with a body that is not read yet. Once {@link #stopReading} has been called its reads fail.
     *
     * <p>What was said about the connection, the framing and the host is in the parts of the request, and not in its fields,
     * see {@link ProxyRequest}. {@link dev.sluice.proxy.RequestTarget#parse} reads the target together with {@code Host}.
     *
     * @throws ProxyException if the input is not a valid request; it is answered with an error page
     */
    ProxyRequest request(Exchange scope) throws ProxyException;

    /**
     * Sends an interim response: 100 (Continue), or one that the service sends. Never at the same time as another one, nor
     * once {@link #respond} or {@link #tunnel} has been called.
     *
     * @return whether it was sent; false if the client's version of HTTP has none
     * @throws IOException if the client cannot be written to
     */
    boolean interim(int status, Headers headers) throws IOException;

    /**
     * Writes the whole response. Before a read of the body that may block, send what has been read so far.
     *
     * @param body the response's, opened; the caller closes it
     * @throws ProxyException with the reason, if the client has not got all of it
     * @throws IOException if writing failed for another reason, which is a fault of the listener
     */
    void respond(ProxyResponse response, InputStream body) throws IOException;

    /**
     * Prepares for a tunnel: no bytes of the request's body may come before the client's bytes in the tunnel, and body
     * bytes that have arrived may be dropped; and the response must agree to what the client's version of HTTP has asked
     * for. By default it fails, for a listener without tunnels.
     *
     * @throws ProxyException if there can be no tunnel; it is answered with an error page
     */
    default void readyTunnel(ProxyResponse response) throws ProxyException {
        throw ProxyException.refused(Outcome.NOT_SUPPORTED, "the listener does not carry tunnels");
    }

    /**
     * Writes the head of a response that opens a tunnel, and carries bytes in both directions until the tunnel is over.
     * Called only after a successful {@link #readyTunnel}.
     *
     * @return how it ended
     * @throws IOException as {@link #respond} does
     */
    default Outcome tunnel(ProxyResponse response, Tunnel tunnel) throws IOException {
        throw new UnsupportedOperationException("the listener does not carry tunnels");
    }

    /**
     * Ends the reading of the request's body: the present read and all later ones fail with {@code why}. The response
     * is still to come, so the way to the client stays open.
     *
     * @return false if only the end of the connection can end the present read; then the run answers from another
     *     thread ({@link ExchangeRun#answerInstead})
     */
    boolean stopReading(Outcome why);

    /**
     * Breaks off everything, so that the client sees that its response is not whole.
     *
     * @param why CLIENT_LEFT if the client is gone
     */
    void cut(Outcome why);
}
