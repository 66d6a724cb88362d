package dev.sluice.balancer;

import dev.sluice.proxy.DocumentedContract;

/** Every public type and member of the balancer has a comment. */
class DocumentedTest extends DocumentedContract {}
