package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.http1.ResponseHead;
import org.jspecify.annotations.Nullable;

/** The facts about its connection in the head of a final HTTP/1.1 response. Pure functions. */
final class FinalHead {
    private FinalHead() {}

    /**
     * The protocol from here on instead of HTTP, or null.
     *
     * @throws ProxyException if it is not the one that the request has asked for: BAD_RESPONSE, ANSWERED
     */
    static @Nullable String protocol(ProxyRequest request, ResponseHead head) throws ProxyException {
        if (request.method().equals("CONNECT")) {
            return head.status() >= 200 && head.status() <= 299 ? "connect" : null;
        }
        if (head.status() != 101) {
            return null;
        }
        String asked = request.upgrade();
        // RFC 9110 §7.8: a server must not switch to what was not asked for, and must say what it switches to.
        if (asked == null || !head.headers().hasToken("Upgrade", asked)) {
            throw new ProxyException(
                    Outcome.BAD_RESPONSE,
                    Delivery.ANSWERED,
                    "101 for " + (asked == null ? "a request without an upgrade" : "something other than " + asked));
        }
        return asked;
    }

    /** Returns whether the connection can be used again after the response. */
    static boolean isPersistent(ResponseHead head, Framing framing) {
        // An origin that frames a body where none is allowed may send it, and it would be read as the next response.
        boolean inDoubt =
                (head.status() == 204 || head.status() == 304) && head.headers().has("Transfer-Encoding");
        return !inDoubt
                && framing.kind() != Framing.Kind.UNTIL_CLOSE
                && HopByHop.isPersistent(head.version(), head.headers());
    }
}
