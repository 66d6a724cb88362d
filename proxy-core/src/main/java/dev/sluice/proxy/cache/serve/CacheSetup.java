package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.cache.rule.Facts;
import dev.sluice.proxy.cache.rule.Policy;
import dev.sluice.proxy.cache.rule.QueryRule;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.content.Compression;
import dev.sluice.proxy.key.RequestKey;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How one route uses a cache.
 *
 * @param partition keeps its responses apart from those of other routes
 * @param policy the choices of RFC 9111
 * @param query which part of the query belongs to the key
 * @param keys what else belongs to the key
 * @param bypass which requests go past the cache
 * @param bypassCookies whether messages with cookies go past it
 * @param tagFields the fields of responses that have tags
 * @param statusField whether responses get a {@code Cache-Status}
 * @param compression what is done with responses before they are stored, or null
 * @param maxWait how long a request waits for another one's response
 * @param passFor how long requests do not wait after a response that could not be shared
 * @param finishFor how long a response is read on when nobody needs it
 */
public record CacheSetup(
        String partition,
        Policy policy,
        QueryRule query,
        List<RequestKey> keys,
        Predicate<ProxyRequest> bypass,
        boolean bypassCookies,
        List<String> tagFields,
        boolean statusField,
        @Nullable Compression compression,
        Duration maxWait,
        Duration passFor,
        Duration finishFor) {
    /** What a head says, by the policy; read once for each head. */
    Facts facts(StoredHead head) {
        return head.derived(policy, Facts.class, each -> Facts.of(each, policy));
    }
}
