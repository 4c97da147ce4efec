// The orders of the list, each with a name that says its direction. Pure except for the interface language.

import type { TeamColumn, TeamQuery } from "../../host/types";
import * as m from "../../messages";
import type { Text } from "../../text/words";

/** An order of the list. */
interface Order {
  sort: TeamColumn | null;
  descending: boolean;
  /** In a sentence, as in "5 people, by name A to Z". */
  phrase: Text;
  /** In the menu. */
  name: Text;
}

/** The orders that the menu offers. The column headers can choose the opposite directions of the last three, too. */
export const ORDERS: readonly Order[] = [
  { sort: null, descending: false, phrase: m.order_owners_phrase, name: m.order_owners },
  { sort: "name", descending: false, phrase: m.order_name_phrase, name: m.order_name },
  { sort: "name", descending: true, phrase: m.order_name_back_phrase, name: m.order_name_back },
  { sort: "email", descending: false, phrase: m.order_email_phrase, name: m.order_email },
  { sort: "since", descending: true, phrase: m.order_newest_phrase, name: m.order_newest },
  { sort: "since", descending: false, phrase: m.order_oldest_phrase, name: m.order_oldest },
  { sort: "teamRole", descending: false, phrase: m.order_role_phrase, name: m.order_role },
  { sort: "userRole", descending: false, phrase: m.order_user_role_phrase, name: m.order_user_role },
  { sort: "tags", descending: false, phrase: m.order_tags_phrase, name: m.order_tags },
];

/** The opposite directions, which the menu does not offer. */
const OTHER_ORDERS: readonly Order[] = [
  { sort: "email", descending: true, phrase: m.order_email_back_phrase, name: m.order_email },
  { sort: "teamRole", descending: true, phrase: m.order_role_back_phrase, name: m.order_role },
  { sort: "userRole", descending: true, phrase: m.order_user_role_back_phrase, name: m.order_user_role },
  { sort: "tags", descending: true, phrase: m.order_tags_back_phrase, name: m.order_tags },
];

const has = ({ sort, descending }: TeamQuery) => (order: Order) => order.sort === sort && order.descending === descending;

/** The position of the order of a query among the offered ones; -1 if it is not offered. */
export const orderIndex = (query: TeamQuery): number => ORDERS.findIndex(has(query));

/** The order of a query in a sentence; empty for an order that the page cannot choose. */
export const orderPhrase = (query: TeamQuery): string => [...ORDERS, ...OTHER_ORDERS].find(has(query))?.phrase() ?? "";
