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
 * One request of a client and its response, as a listener has them on the wire: a connection of HTTP/1.1 while it
 * carries them, one stream of a connection with many, an exchange of a foreign server. An {@link ExchangeRun} drives it
 * and says when; an implementation knows the bytes, and no rule of an exchange.
 *
 * <p>{@link #request} is called first and once, on the thread of the run, and {@link #respond} or {@link #tunnel} at
 * most once after it. {@link #stopReading} and {@link #cut} may be called from any thread, the clock's included, at any
 * time and more than once: they must not block.
 */
public interface ClientCall {
    /**
     * The request, with a body that is not read yet. Once {@link #stopReading} has been called its reads fail.
     *
     * @throws ProxyException if what has come is no request; it is answered with an error page
     */
    ProxyRequest request(Exchange scope) throws ProxyException;

    /**
     * Sends an interim response: 100 (Continue), or one that the service sends. Never at the same time as another one, nor
     * once {@link #respond} or {@link #tunnel} has been called.
     *
     * @return whether it was sent; false where the client's version of HTTP knows none
     * @throws IOException if the client cannot be written to
     */
    boolean interim(int status, Headers headers) throws IOException;

    /**
     * Writes the whole response. Where a read of the body may block, what was read before it is to be sent first.
     *
     * @param body the response's, opened; whoever called closes it
     * @throws ProxyException with the reason, if the client has not got all of it
     * @throws IOException if writing failed for another reason, which is a fault of the listener
     */
    void respond(ProxyResponse response, InputStream body) throws IOException;

    /**
     * Makes ready for a tunnel: nothing of the request's body may stand before the bytes that the client sends in it, and
     * what has arrived of the body may be dropped. Fails by default: for a listener that carries no tunnels.
     *
     * @throws ProxyException if there can be no tunnel; it is answered with an error page
     */
    default void readyTunnel() throws ProxyException {
        throw ProxyException.refused(Outcome.NOT_SUPPORTED, "the listener does not carry tunnels");
    }

    /**
     * Writes the head of a response that opens a tunnel, and carries bytes both ways until the tunnel is over. Called only
     * after {@link #readyTunnel} has not failed.
     *
     * @return how it ended
     * @throws IOException as {@link #respond} does
     */
    default Outcome tunnel(ProxyResponse response, Tunnel tunnel) throws IOException {
        throw new UnsupportedOperationException("the listener does not carry tunnels");
    }

    /**
     * Ends the reading of the request's body: a read that is under way and all later ones fail with {@code why}. The
     * response is still to come, so the way to the client stays open.
     *
     * @return false if a read is under way that only the end of the connection can end; then the run answers from another
     *     thread ({@link ExchangeRun#answerInstead})
     */
    boolean stopReading(Outcome why);

    /**
     * Breaks off whatever is under way, such that the client sees that its response is not whole.
     *
     * @param why CLIENT_LEFT if nobody is there to see it
     */
    void cut(Outcome why);
}
