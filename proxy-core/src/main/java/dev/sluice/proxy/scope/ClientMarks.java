package dev.sluice.proxy.scope;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one client's response gets and a stored one must not have, such as the cookie of a session. An attribute of an
 * exchange whose response may be stored: who would change the response there, leaves it here. Safe for use by many threads.
 */
public final class ClientMarks {
    private volatile UnaryOperator<Headers> change = UnaryOperator.identity();
    private final @Nullable ClientMarks outer;
    private volatile boolean ended;

    /** Nothing is left yet. */
    public ClientMarks() {
        this(null);
    }

    private ClientMarks(@Nullable ClientMarks outer) {
        this.outer = outer;
    }

    /** What is left from now on, until its end, in an exchange that goes on after that. */
    public static ClientMarks begin(Exchange exchange) {
        ClientMarks marks = new ClientMarks(exchange.get(ClientMarks.class));
        exchange.put(ClientMarks.class, marks);
        return marks;
    }

    /** Ends what this exchange began: its response is changed at once again, if no one else wants the change left. */
    public void end(Exchange exchange) {
        ended = true;
        if (outer != null) {
            exchange.put(ClientMarks.class, outer);
        }
    }

    /** The response with what has been left, after the end. */
    public ProxyResponse on(Exchange exchange, ProxyResponse response) {
        return mark(exchange, response, change);
    }

    /** The response with the change; or as it is, with the change left in its exchange for later. */
    public static ProxyResponse mark(Exchange exchange, ProxyResponse response, UnaryOperator<Headers> change) {
        ClientMarks marks = exchange.get(ClientMarks.class);
        if (marks == null || marks.ended) {
            return changed(response, change);
        }
        marks.change = change;
        return response;
    }

    /** The response as the client gets it whose request this exchange was for. */
    public static ProxyResponse marked(Exchange exchange, ProxyResponse response) {
        ClientMarks marks = exchange.get(ClientMarks.class);
        return marks == null ? response : changed(response, marks.change);
    }

    private static ProxyResponse changed(ProxyResponse response, UnaryOperator<Headers> change) {
        Headers headers = change.apply(response.headers());
        return headers.equals(response.headers())
                ? response
                : response.toBuilder().headers(headers).build();
    }
}
