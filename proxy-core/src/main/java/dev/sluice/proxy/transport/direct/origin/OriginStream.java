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
 * One request and its response on a connection to an origin, be it the only one there or one of many. It knows the bytes
 * of one version of HTTP, and what becomes of the connection afterwards. What a failure means, how long the head may
 * take and what is recorded is its user's, {@link OriginCall}.
 *
 * <p>The request: {@link #send}; then, where the body was not given with it, {@link #data} as often as there is some,
 * {@link #end}, and in any case {@link #sent}. The response: {@link #readHead} until a final one has come, {@link #begin}
 * with that one, and then {@link #read} to the end, or {@link #tunnel}. With the end of both the stream is over by
 * itself.
 *
 * <p>One thread may send while another reads. What neither sends nor reads never blocks and may be called from any
 * thread.
 */
public interface OriginStream {
    /** What the connection can carry, which is known only now that there is one. */
    Set<Capability> capabilities();

    /** Returns whether the connection has been used before, so that the origin may have closed it just now. */
    boolean reused();

    /**
     * Sends the head, and the body with it where it is here already.
     *
     * @param content the whole body; null where the request has none, or is still to be sent
     * @throws WireTimeoutException if nothing more is taken for too long
     */
    void send(byte @Nullable [] content) throws IOException;

    /** How many bytes before the data of {@link #data} are to be left free in its buffer. */
    int roomBefore();

    /** How many bytes behind the data of {@link #data} are to be left free in its buffer. */
    int roomBehind();

    /**
     * Sends a part of the body. The room around it may be overwritten.
     *
     * @throws ProxyException if the origin has refused the request, and how far it got is known
     * @throws WireTimeoutException if nothing more is taken for too long
     */
    void data(byte[] buffer, int offset, int length) throws IOException;

    /** Ends the body; throws as {@link #data} does. */
    void end(Headers trailers) throws IOException;

    /** Nothing more of a body is sent, for whatever reason. */
    void sent(boolean whole);

    /** Shows the origin that the request is not whole, and fails with {@code why} whoever reads the response. */
    void breakRequest(IOException why);

    /**
     * When {@link #readHead} fails, in nanoseconds of the exchange's clock; {@link
     * dev.sluice.proxy.time.TimeSource#NEVER} by default. Once the final head is here it has no meaning.
     */
    void headDeadline(long nanos);

    /**
     * The next head, interim or final.
     *
     * @throws ProxyException if it is not to be accepted, or how far the request got is known
     * @throws WireTimeoutException if the deadline passes
     * @throws IOException if the connection ends or fails before it is whole
     */
    ResponseHead readHead() throws IOException;

    /**
     * Takes the final head. A response without a body is at its end by that.
     *
     * @return its fields, without what must not be passed on
     * @throws ProxyException if it contradicts itself or the request: BAD_RESPONSE, ANSWERED
     */
    Headers begin(ResponseHead head) throws ProxyException;

    /** What is spoken from the final head on instead of HTTP, as {@link Tunnel#protocol} says; null for a response. */
    @Nullable
    String protocol();

    /** The bytes both ways, when {@link #protocol} is not null. They belong to the stream, and end with it. */
    Tunnel tunnel();

    /** The length of the response's body, as {@link dev.sluice.proxy.Body#length} says. */
    long length();

    /**
     * Reads what is there of the body, and waits for the first byte; -1 at the end, again and again.
     *
     * @throws WireTimeoutException if nothing comes for too long
     * @throws ProxyException if the body is malformed
     * @throws IOException if it is cut off
     */
    int read(byte[] target, int offset, int length) throws IOException;

    /** How many bytes of the body can surely be read without waiting. */
    int available();

    /** The fields behind the body, once it has been read to its end. */
    Headers trailers();

    /** Fails whatever blocks in it, so that the origin sees no orderly end. Has no effect once it is over. */
    void abort();

    /** Nobody needs it any more. Has no effect once it is over. */
    void close();
}
