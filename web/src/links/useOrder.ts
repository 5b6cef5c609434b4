import { useCallback, useState } from "react";
import type { ColumnKey } from "./columns";
import type { Order } from "./arrange";

/** An order of links that is not kept in the address; choosing its column again turns it round. */
export function useOrder(): [Order, (key: ColumnKey) => void] {
  const [order, setOrder] = useState<Order>({ order: "state", descending: false });
  const choose = useCallback((key: ColumnKey) => {
    setOrder((now) => ({ order: key, descending: key === now.order && !now.descending }));
  }, []);
  return [order, choose];
}
