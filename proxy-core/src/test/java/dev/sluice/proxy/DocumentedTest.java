package dev.sluice.proxy;

/** Every public type and member of the core has a comment. */
class DocumentedTest extends DocumentedContract {}
