/** The attributes that a field passes to its control, to connect it with its label, hint and error. */
export interface FieldProps {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}
