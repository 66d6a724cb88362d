package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.http1.ResponseHead;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on a connection to an origin, which may carry one or many. It knows the bytes of one
 * version of HTTP, and what happens to the connection afterwards. {@link OriginCall}, its user, knows what a failure
 * means, how long the head may take, and what is recorded.
 *
 * <p>The request: {@link #send}; then, if the body was not sent with it, {@link #data} for each part, {@link #end}, and
 * in any case {@link #sent}. The response: {@link #readHead} until a final one has come, {@link #begin} with that one,
 * and then {@link #read} to the end, or {@link #tunnel}. When both have ended, the stream is over.
 *
 * <p>One thread may send while another reads. Methods that neither send nor read never block, and may be called from
 * any thread.
 */
public interface OriginStream {
    /** What the connection can carry; this is known only now. */
    Set<Capability> capabilities();

    /** Returns whether the connection has been used before, so that the origin may have closed it just now. */
    boolean reused();

    /**
     * Sends the head, with the body if it is already here.
     *
     * @param content the whole body; null if the request has none, or it comes later
     * @throws WireTimeoutException if the peer reads nothing for too long
     */
    void send(byte @Nullable [] content) throws IOException;

    /** How many bytes before the data of {@link #data} must be free in its buffer. */
    int roomBefore();

    /** How many bytes after the data of {@link #data} must be free in its buffer. */
    int roomBehind();

    /**
     * Sends a part of the body. The room around it may be overwritten.
     *
     * @throws ProxyException if the origin has refused the request, and how far it got is known
     * @throws WireTimeoutException if the peer reads nothing for too long
     */
    void data(byte[] buffer, int offset, int length) throws IOException;

    /** Ends the body; throws as {@link #data} does. */
    void end(Headers trailers) throws IOException;

    /** No more of the body is sent, for any reason. */
    void sent(boolean whole);

    /** Shows the origin that the request is not whole, and makes reads of the response fail with {@code why}. */
    void breakRequest(IOException why);

    /**
     * When {@link #readHead} fails, in nanoseconds of the exchange's clock; {@link
     * dev.sluice.proxy.time.TimeSource#NEVER} by default. Once the final head is here it has no meaning.
     */
    void headDeadline(long nanos);

    /**
     * The next head, interim or final.
     *
     * @throws ProxyException if it cannot be accepted, or it is known how far the request got
     * @throws WireTimeoutException if the deadline passes
     * @throws IOException if the connection ends or fails before it is whole
     */
    ResponseHead readHead() throws IOException;

    /**
     * Takes the final head. A response without a body is then at its end.
     *
     * @return its fields, without what must not be passed on
     * @throws ProxyException if it contradicts itself or the request: BAD_RESPONSE, ANSWERED
     */
    Headers begin(ResponseHead head) throws ProxyException;

    /** The protocol after the final head instead of HTTP, as in {@link Tunnel#protocol}; null for a response. */
    @Nullable
    String protocol();

    /** The bytes in both directions, if {@link #protocol} is not null. They belong to the stream, and end with it. */
    Tunnel tunnel();

    /** The length of the response's body, as {@link dev.sluice.proxy.Body#length} says. */
    long length();

    /**
     * Reads the available bytes of the body, and waits for the first; -1 at the end, also when called again.
     *
     * @throws WireTimeoutException if nothing comes for too long
     * @throws ProxyException if the body is malformed
     * @throws IOException if it is cut off
     */
    int read(byte[] target, int offset, int length) throws IOException;

    /** How many bytes of the body can surely be read without waiting. */
    int available();

    /** The fields after the body, once it has been read to its end. */
    Headers trailers();

    /**
     * Fails everything that blocks in it, so that the origin does not see a normal end. Has no effect once it is over.
     */
    void abort();

    /** Nobody needs it any more. Has no effect once it is over. */
    void close();
}
