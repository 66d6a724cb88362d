package dev.sluice.proxy.forward;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.header.rule.MaxForwards;

/**
 * The changes of the fields on their way through.
 *
 * @param masked whether the next server learns nothing about the client
 * @param silent whether it learns of no proxy either
 * @param trusting appends to the fields that trusted peers have sent
 * @param requestVia tells the next server the proxies so far; finds loops
 * @param responseVia tells the client the proxies so far
 */
record HeaderRules(
        boolean masked, boolean silent, Forwarding trusting, MaxForwards maxForwards, Via requestVia, Via responseVia) {
    static HeaderRules of(boolean masked, boolean silent, Forwarding trusting, MaxForwards maxForwards, Via via) {
        String name = via.pseudonym();
        if (!masked || name == null) {
            return new HeaderRules(masked, silent, trusting, maxForwards, via, via);
        }
        // Masked is the client, not the origin: the entries that a response has keep their names.
        return new HeaderRules(masked, silent, trusting, maxForwards, Via.neutral(name), Via.of(name));
    }

    /**
     * The fields of the request that goes on; the rules depend on this order.
     *
     * @param keepProxyAuth whether the next server is a proxy that may need the client's credentials
     */
    Headers request(ProxyRequest incoming, boolean keepProxyAuth) throws ProxyException {
        Headers headers = HopByHop.request(incoming.headers(), keepProxyAuth);
        headers = maxForwards.apply(incoming.method(), headers);
        headers = masked
                ? ClientFields.masked(headers, incoming.exchange().client())
                : ClientFields.named(headers, incoming.exchange().client(), trusting);
        if (silent) {
            return headers.without("Via"::equalsIgnoreCase);
        }
        return requestVia.request(headers, incoming.version());
    }

    /** The fields of a final or an interim response. */
    Headers response(String method, int status, Headers received, HttpVersion version, boolean keepProxyAuth) {
        return responseVia.response(HopByHop.response(method, status, received, keepProxyAuth), version);
    }
}
