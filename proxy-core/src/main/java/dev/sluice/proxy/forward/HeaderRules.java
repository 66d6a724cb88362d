package dev.sluice.proxy.forward;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.MaxForwards;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.header.rule.HopByHop;

/**
 * The changes of the fields on their way through.
 *
 * @param trusting appends to the fields that trusted peers have sent
 * @param requestVia tells the next server the proxies so far; finds loops
 * @param responseVia tells the client the proxies so far
 */
record HeaderRules(Masking masking, Forwarding trusting, MaxForwards maxForwards, Via requestVia, Via responseVia) {
    static HeaderRules of(Masking masking, Forwarding trusting, MaxForwards maxForwards, Via via) {
        String name = via.pseudonym();
        if (masking == Masking.TRANSPARENT || name == null) {
            return new HeaderRules(masking, trusting, maxForwards, via, via);
        }
        // Masked is the client, not the origin: the entries that a response has keep their names.
        return new HeaderRules(masking, trusting, maxForwards, Via.neutral(name), Via.of(name));
    }

    /**
     * The fields of the request that goes on; the rules depend on this order.
     *
     * @param keepProxyAuth whether the next server is a proxy that may need the client's credentials
     */
    Headers request(ProxyRequest incoming, boolean keepProxyAuth) throws ProxyException {
        Headers headers = HopByHop.request(incoming.headers(), keepProxyAuth);
        headers = maxForwards.apply(incoming.method(), headers);
        headers = masking == Masking.TRANSPARENT
                ? ClientFields.named(headers, incoming.exchange().client(), trusting)
                : ClientFields.masked(headers, incoming.exchange().client());
        if (masking == Masking.SILENT) {
            return headers.without("Via"::equalsIgnoreCase);
        }
        return requestVia.request(headers, incoming.version());
    }

    /** The fields of a final or an interim response. */
    Headers response(String method, int status, Headers received, HttpVersion version, boolean keepProxyAuth) {
        return responseVia.response(HopByHop.response(method, status, received, keepProxyAuth), version);
    }
}
