package dev.sluice.balancer.split;

import dev.sluice.proxy.ExchangeRecord.Decision;
import dev.sluice.proxy.ProxyRequest;
import java.util.function.Predicate;

/** A rule that sends requests to one source, whatever the shares. */
record SplitRule(Predicate<ProxyRequest> condition, int source, Decision note) {}
