import { defineLibrary } from './library.ts';

export const react = defineLibrary({
  name: 'react',
  title: 'React',
  kind: 'memo',
  packages: ['react'],
  docs: 'https://react.dev/reference/react',
  exports: {
    cache: { call: 'argument' },
    // Server components know none of these.
    'useState useEffect useLayoutEffect useReducer useRef useContext useTransition useSyncExternalStore createContext PureComponent': { runsIn: 'browser' },
  },
  objects: {},
});
