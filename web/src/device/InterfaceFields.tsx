export interface InterfaceInput {
  /** Which line it is, in the form only. */
  key: string;
  name: string;
  macAddress: string;
  type: string;
}

interface Props {
  interfaces: InterfaceInput[];
  onChange: (interfaces: InterfaceInput[]) => void;
}

/** The interfaces of a device: a client is its own if an AP lists one of their addresses. */
export function InterfaceFields({ interfaces, onChange }: Props) {
  const change = (key: string, part: Partial<InterfaceInput>) => {
    onChange(interfaces.map((each) => (each.key === key ? { ...each, ...part } : each)));
  };
  const add = () => {
    const name = `wlan${interfaces.length + 1}`;
    onChange([...interfaces, { key: crypto.randomUUID(), name, macAddress: "", type: "wlan" }]);
  };

  return (
    <fieldset className="interfaces">
      <legend>Interfaces</legend>
      {interfaces.map(({ key, name, macAddress, type }) => (
        <div key={key} className="interface">
          <input aria-label="Interface name" required value={name} onChange={(event) => { change(key, { name: event.target.value }); }} />
          <input
            aria-label={`MAC address of ${name}`}
            required
            placeholder="6C:3B:6B:A2:00:FC"
            value={macAddress}
            onChange={(event) => { change(key, { macAddress: event.target.value.trim() }); }}
          />
          <input aria-label={`Kind of ${name}`} required value={type} onChange={(event) => { change(key, { type: event.target.value }); }} />
          <button type="button" className="small" onClick={() => { onChange(interfaces.filter((each) => each.key !== key)); }}>
            Remove<span className="unseen"> {name}</span>
          </button>
        </div>
      ))}
      <p><button type="button" className="small" onClick={add}>Add an interface</button></p>
    </fieldset>
  );
}
